package dev.lading.cleanup;

import dev.lading.blob.BlobRecord;
import dev.lading.history.Repository;
import dev.lading.history.SortKeys;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.Content;
import dev.lading.history.row.RepositoryContent;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Query;
import dev.lading.metadata.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Ends the pending state of blobs for which no manifest came. Each transaction changes the repository's head, so that a
 * commit that saw such a blob as pending decides again.
 */
final class PendingBlobs {
    private static final int PAGE = 500;

    /** Blobs of one transaction, each with four writes at most. */
    private static final int ENDED_AT_ONCE = 24;

    private static final int ATTEMPTS = 3;

    private final MetadataStore store;
    private final RepositoryId repository;
    private final Instant touchedBefore;

    PendingBlobs(MetadataStore store, RepositoryId repository, Instant touchedBefore) {
        this.store = store;
        this.repository = repository;
        this.touchedBefore = touchedBefore;
    }

    /** A pending row, the record that keeps it, and whether a version has rows of the blob, too. */
    private record Waiting(BlobEntry row, Optional<RepositoryContent> holder, Optional<BlobEntry> newest) {
        /** The newest row with the bytes that waited beside it, if it only lists them. */
        Optional<Write> filled() {
            return newest.filter(listed -> listed.present() && !listed.isHeld() && row.present() && row.isHeld())
                    .map(listed ->
                            Write.put(BlobEntry.TABLE, listed.with(row.key(), listed.origin()), Condition.present()));
        }
    }

    /** How many blobs waited in vain; where others commit all the time, the next cleanup gets the rest. */
    long end() {
        long ended = 0;
        // All rows of a blob are together, the one that waits is the last.
        Query all = Query.ascending(repository.toString(), SortKeys.FIRST, SortKeys.LAST, PAGE);
        Iterator<BlobEntry> rows = store.stream(BlobEntry.TABLE, all).iterator();
        List<BlobEntry> candidates = new ArrayList<>();
        while (rows.hasNext()) {
            BlobEntry row = rows.next();
            if (row.version() == Content.PENDING && isDue(holder(row))) {
                candidates.add(row);
            }
            if (candidates.size() == ENDED_AT_ONCE) {
                ended += end(candidates);
                candidates.clear();
            }
        }
        return ended + end(candidates);
    }

    private Optional<RepositoryContent> holder(BlobEntry row) {
        return store.get(
                RepositoryContent.TABLE, RepositoryContent.key(row.unit().orElseThrow(), repository));
    }

    private boolean isDue(Optional<RepositoryContent> holder) {
        return holder.isEmpty() || !holder.get().touched().isAfter(touchedBefore);
    }

    /** The row as it is now; empty: it is no longer pending, or no longer old. */
    private Optional<Waiting> waiting(BlobEntry candidate) {
        String name = candidate.name();
        Query newest =
                Query.descending(repository.toString(), Content.sort(name, 0), Content.sort(name, Content.PENDING), 2);
        List<BlobEntry> rows = store.query(BlobEntry.TABLE, newest).records();
        if (rows.isEmpty() || rows.getFirst().version() != Content.PENDING) {
            return Optional.empty();
        }
        Optional<RepositoryContent> holder = holder(rows.getFirst());
        return isDue(holder)
                ? Optional.of(new Waiting(
                        rows.getFirst(), holder, rows.stream().skip(1).findFirst()))
                : Optional.empty();
    }

    private long end(List<BlobEntry> candidates) {
        return candidates.isEmpty()
                ? 0
                : OptimisticRetry.within(ATTEMPTS, () -> attempt(candidates)).orElse(0);
    }

    /** How many of them were ended; empty: somebody else changed the repository first. */
    private Optional<Integer> attempt(List<BlobEntry> candidates) {
        // Read before the rows are: whatever commit comes behind it makes the transaction fail.
        Optional<Repository> head = store.get(Repository.TABLE, Repository.key(repository));
        if (head.isEmpty() || head.get().lease().isPresent()) {
            return Optional.of(0);
        }
        List<Waiting> due = candidates.stream()
                .flatMap(candidate -> waiting(candidate).stream())
                .toList();
        if (due.isEmpty()) {
            return Optional.of(0);
        }
        List<Write> writes = new ArrayList<>();
        writes.add(Write.put(Repository.TABLE, head.get().following(head.get()), Condition.unchanged(head.get())));
        for (Waiting waiting : due) {
            writes.add(Write.delete(BlobEntry.TABLE, waiting.row()));
            writes.add(release(waiting));
            if (waiting.filled().isPresent()) {
                writes.add(waiting.filled().get());
                // A reclaim may look for who holds the bytes, and see neither row.
                store.get(BlobRecord.TABLE, BlobRecord.key(waiting.row().digest()))
                        .ifPresent(bytes -> writes.add(bytes.use()));
            }
        }
        return store.write(writes) ? Optional.of(due.size()) : Optional.empty();
    }

    private Write release(Waiting waiting) {
        if (waiting.holder().isEmpty()) {
            return new Write.Check(
                    RepositoryContent.TABLE,
                    RepositoryContent.key(waiting.row().unit().orElseThrow(), repository),
                    Condition.absent());
        }
        RepositoryContent holder = waiting.holder().get();
        return waiting.newest().isPresent()
                ? Write.checkUnchanged(RepositoryContent.TABLE, holder)
                : holder.deleteUnchanged();
    }
}
