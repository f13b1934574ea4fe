package dev.lading.repository;

import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Query;
import dev.lading.metadata.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Ends the waiting of blobs for a manifest that did not come. Each transaction changes the repository's head, so that a
 * commit that saw such a blob waiting decides again.
 */
final class PendingBlobs {
    private static final int PAGE = 500;
    private static final int ENDED_AT_ONCE = 30;
    private static final int ATTEMPTS = 3;

    private final MetadataStore store;
    private final RepositoryId repository;
    private final Instant touchedBefore;

    PendingBlobs(MetadataStore store, RepositoryId repository, Instant touchedBefore) {
        this.store = store;
        this.repository = repository;
        this.touchedBefore = touchedBefore;
    }

    /** A row that waits, what holds it, and whether a version has rows of the blob, too. */
    private record Waiting(BlobEntry row, Optional<Holder> holder, boolean inHistory) {}

    /** How many blobs waited in vain. */
    long end() {
        long ended = 0;
        // All rows of a blob are together, the one that waits is the last.
        Query all = Query.ascending(repository.toString(), Names.FIRST, Names.LAST, PAGE);
        Iterator<BlobEntry> rows = store.stream(BlobEntry.TABLE, all).iterator();
        List<Waiting> due = new ArrayList<>();
        String inHistory = "";
        while (rows.hasNext()) {
            BlobEntry row = rows.next();
            if (row.version() != Content.PENDING) {
                inHistory = row.name();
                continue;
            }
            Optional<Holder> holder =
                    store.get(Holder.TABLE, Holder.key(row.unit().orElseThrow(), repository));
            if (holder.isEmpty() || !holder.get().touched().isAfter(touchedBefore)) {
                due.add(new Waiting(row, holder, inHistory.equals(row.name())));
            }
            if (due.size() == ENDED_AT_ONCE) {
                ended += end(due);
                due.clear();
            }
        }
        return ended + end(due);
    }

    private long end(List<Waiting> due) {
        for (int attempt = 0; attempt < ATTEMPTS && !due.isEmpty(); attempt++) {
            Optional<Repository> head = store.get(Repository.TABLE, Repository.key(repository));
            if (head.isEmpty() || head.get().lease().isPresent()) {
                return 0;
            }
            List<Write> writes = new ArrayList<>();
            writes.add(Write.put(Repository.TABLE, head.get().following(head.get()), Condition.unchanged(head.get())));
            for (Waiting waiting : due) {
                writes.add(Write.delete(BlobEntry.TABLE, waiting.row()));
                writes.add(release(waiting));
            }
            if (store.write(writes)) {
                return due.size();
            }
        }
        return 0;
    }

    private Write release(Waiting waiting) {
        if (waiting.holder().isEmpty()) {
            return new Write.Check(
                    Holder.TABLE, Holder.key(waiting.row().unit().orElseThrow(), repository), Condition.absent());
        }
        Holder holder = waiting.holder().get();
        return waiting.inHistory() ? Write.checkUnchanged(Holder.TABLE, holder) : holder.deleteUnchanged();
    }
}
