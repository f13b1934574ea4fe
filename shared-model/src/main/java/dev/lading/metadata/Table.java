package dev.lading.metadata;

import java.util.function.Function;

/**
 * A kind of record. Adapters keep all tables in one physical table, with the name in front of the partition key.
 *
 * @param type a Java record that Jackson reads and writes; its component names are the attribute names
 * @param isAudited whether it is told who changed its records
 */
public record Table<R>(String name, Class<R> type, Function<R, Key> keyOf, boolean isAudited) {
    public Table(String name, Class<R> type, Function<R, Key> keyOf) {
        this(name, type, keyOf, false);
    }

    /** A table of which it is told who changes its records. */
    public static <R> Table<R> audited(String name, Class<R> type, Function<R, Key> keyOf) {
        return new Table<>(name, type, keyOf, true);
    }

    /** The partition key of the physical table. */
    public String physicalPartition(String partition) {
        return name + "#" + partition;
    }
}
