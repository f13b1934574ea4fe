package dev.lading.commit;

import dev.lading.history.Changes;
import dev.lading.history.CommitFunction;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryVersion.Maker;
import dev.lading.history.RepositoryView;
import dev.lading.history.RepositoryView.NotStoredYet;
import dev.lading.history.row.Content;
import dev.lading.history.row.ManifestEntry;
import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Write;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Versions that are decided and not stored: the content of one transaction, or one large version too big for that. */
final class VersionDraft {
    /** Size of a row without its body, with JSON and keys; generous. */
    private static final int ROW_BYTES = 1500;

    private final Repository head;
    private final List<Version> versions = new ArrayList<>();
    /** Writes by record: two pushes of one manifest write equal records, and no record may be written twice. */
    private final Map<String, Write> alongside = new LinkedHashMap<>();

    private RepositoryView newest;
    private int writes;
    private long bytes;

    /** @param madeBy whose change it is */
    record Version(Changes changes, Optional<Maker> madeBy) {}

    VersionDraft(Repository head, RepositoryView newest) {
        this.head = head;
        this.newest = newest;
    }

    /**
     * The version that will hold the change. Empty when the transaction is full, or the decision must see earlier
     * drafts committed first.
     */
    OptionalLong add(CommitFunction decision, Optional<Maker> madeBy) {
        Changes changes;
        try {
            changes = decision.changes(newest);
        } catch (NotStoredYet e) {
            return OptionalLong.empty();
        }
        // The version, and who made it.
        int moreWrites = changes.rows().size() + changes.alongside().size() + BytesFence.count(writes(changes)) + 2;
        long moreBytes = changes.rows().stream().mapToLong(VersionDraft::bytes).sum() + 2 * ROW_BYTES;
        if (writes > 0 && !fits(writes + moreWrites, bytes + moreBytes)) {
            return OptionalLong.empty();
        }
        changes.alongside().forEach(write -> alongside.put(identity(write), write));
        if (!changes.rows().isEmpty()) {
            versions.add(new Version(changes, madeBy));
        }
        if (!changes.isEmpty()) {
            newest = newest.after(changes);
        }
        writes += moreWrites;
        bytes += moreBytes;
        return OptionalLong.of(newest.version());
    }

    /** The writes of changes, beside the records that make them a version. */
    static Stream<Write> writes(Changes changes) {
        return Stream.concat(changes.rows().stream().map(Content::put), changes.alongside().stream());
    }

    /** Whether nothing is drafted, so that a decision sees the stored state. */
    boolean isEmpty() {
        return versions.isEmpty() && alongside.isEmpty();
    }

    Repository head() {
        return head;
    }

    List<Version> versions() {
        return versions;
    }

    Collection<Write> alongside() {
        return alongside.values();
    }

    boolean fitsOneTransaction() {
        return fits(writes, bytes);
    }

    static long bytes(Content row) {
        // Escaping makes a body longer in JSON only; the limit is on its UTF-8 bytes, which the size counts.
        return row instanceof ManifestEntry manifest && manifest.body().isPresent()
                ? ROW_BYTES + manifest.sizeBytes()
                : ROW_BYTES;
    }

    /** Whether they fit beside the repository's record and the names that follow it. */
    private boolean fits(int writes, long bytes) {
        return writes + 1 + head.followers().size() <= MetadataStore.MAX_WRITES
                && bytes <= MetadataStore.MAX_WRITE_BYTES;
    }

    static String identity(Write write) {
        Key key = write.key();
        return write.table().name() + " " + key.partition() + " " + key.sort();
    }
}
