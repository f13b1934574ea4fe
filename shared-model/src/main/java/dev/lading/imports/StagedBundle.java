package dev.lading.imports;

import dev.lading.commit.Staging;
import dev.lading.metadata.Condition;
import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Where the content of a bundle waits, so that an import which was interrupted goes on.
 *
 * @param list digest of the list of its files
 */
record StagedBundle(Digest list, Staging staging, Instant begun, long revision) implements Revised {
    static final Table<StagedBundle> TABLE = new Table<>("staged-bundle", StagedBundle.class, each -> key(each.list()));

    private static final String PARTITION = "all";

    /** How long an import may take that goes on with it. */
    private static final Duration USED = Duration.ofDays(3);

    /** When the clean-up takes it for given up, whatever became of the import. */
    private static final Duration KEPT = Duration.ofDays(7);

    static Key key(Digest list) {
        return new Key(PARTITION, list.toString());
    }

    static Query all(int limit) {
        return Query.ascending(PARTITION, "0", "~", limit);
    }

    /** Writes that begin to stage; what is not released is cleaned up later. */
    static List<Write> begin(StagedBundle begun) {
        return List.of(
                Write.put(TABLE, begun, Condition.absent()),
                begun.staging().letGo(begun.begun().plus(KEPT)));
    }

    /** Writes that end it. */
    List<Write> release(Instant now) {
        return List.of(Write.deleteUnchanged(TABLE, this), staging.letGo(now));
    }

    boolean isUsable(Instant now) {
        return begun.plus(USED).isAfter(now);
    }
}
