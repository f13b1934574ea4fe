package dev.lading.metadata;

import java.util.function.Function;

/**
 * A kind of record. Adapters keep all tables in one physical table, with the name in front of the partition key.
 *
 * @param type a Java record that Jackson reads and writes; its component names are the attribute names
 */
public record Table<R>(String name, Class<R> type, Function<R, Key> keyOf) {
    /** The partition key of the physical table. */
    public String physicalPartition(String partition) {
        return name + "#" + partition;
    }
}
