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
import java.util.Optional;

/**
 * Where the content of a bundle waits, so that an import which was interrupted goes on, and until all volumes are here.
 *
 * @param list digest of the list of its files
 * @param cut how the bundle comes in volumes; empty: it comes as one archive
 */
record StagedBundle(Digest list, Optional<Cut> cut, Staging staging, Instant begun, long revision) implements Revised {
    static final Table<StagedBundle> TABLE =
            new Table<>("staged-bundle", StagedBundle.class, each -> key(each.list(), each.cut()));

    private static final String PARTITION = "all";

    /** How long an import may take that goes on with it. */
    private static final Duration USED = Duration.ofDays(3);

    /** When the clean-up takes it for given up, whatever became of the import. */
    private static final Duration KEPT = Duration.ofDays(7);

    /** As {@link #USED}, for volumes, which may be carried one by one. */
    private static final Duration VOLUMES_USED = Duration.ofDays(27);

    private static final Duration VOLUMES_KEPT = Duration.ofDays(31);

    public StagedBundle {
        cut = cut == null ? Optional.empty() : cut;
    }

    /**
     * Volumes that are joined with each other: those of one size, which the same caller sends, since nobody gets content
     * of which only another had the bytes.
     */
    record Cut(long volumeBytes, Optional<String> sender) {
        public Cut {
            sender = sender == null ? Optional.empty() : sender;
        }
    }

    static Key key(Digest list, Optional<Cut> cut) {
        return new Key(
                PARTITION,
                list
                        + cut.map(each -> " " + each.volumeBytes() + " "
                                        + each.sender().orElse(""))
                                .orElse(""));
    }

    static Query all(int limit) {
        return Query.ascending(PARTITION, "0", "~", limit);
    }

    /** Writes that begin to stage; what is not released is cleaned up later. */
    static List<Write> begin(StagedBundle begun) {
        return List.of(
                Write.put(TABLE, begun, Condition.absent()),
                begun.staging().letGo(begun.begun().plus(begun.cut().isPresent() ? VOLUMES_KEPT : KEPT)));
    }

    /** Writes that end it. */
    List<Write> release(Instant now) {
        return List.of(Write.deleteUnchanged(TABLE, this), staging.letGo(now));
    }

    boolean isUsable(Instant now) {
        return begun.plus(cut.isPresent() ? VOLUMES_USED : USED).isAfter(now);
    }
}
