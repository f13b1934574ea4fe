package dev.lading.cleanup;

import dev.lading.commit.RowRemoval;
import dev.lading.history.Change;
import dev.lading.history.ChangeLog;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.history.SquashedVersion;
import dev.lading.history.row.Content;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.repository.VersionService;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Deletes rows that no version shows any more since versions were deleted. A row is shown by every version from its own
 * number up to the next row of its name; once all of those are deleted, it goes. Idempotent; may be repeated from any
 * point and run twice at once.
 */
final class Squash {
    private static final int PAGE = 50;
    private static final int MAX_GAP = 1000;

    private final MetadataStore store;
    private final VersionService versions;
    private final RepositoryId repository;
    private final RowRemoval removal;
    private long rows;

    Squash(
            MetadataStore store,
            VersionService versions,
            RepositoryId repository,
            Function<ManifestEntry, List<Digest>> named) {
        this.store = store;
        this.versions = versions;
        this.repository = repository;
        this.removal = new RowRemoval(store, repository, row -> false, named);
    }

    long rows() {
        return rows;
    }

    /**
     * Squashes all versions that were deleted by then. Those that another clean-up works on are left to the next one.
     */
    void squash(Instant before) {
        List<SquashedVersion> gap = new ArrayList<>();
        Iterator<SquashedVersion> all = store.stream(SquashedVersion.TABLE, SquashedVersion.all(repository, PAGE))
                .filter(squashed -> !squashed.deleted().isAfter(before))
                .iterator();
        while (all.hasNext()) {
            SquashedVersion next = all.next();
            if (gap.size() == MAX_GAP || (!gap.isEmpty() && !isSameGap(gap.getLast(), next))) {
                close(gap);
                gap.clear();
            }
            gap.add(next);
        }
        close(gap);
    }

    private boolean isSameGap(SquashedVersion one, SquashedVersion other) {
        return versions.firstFrom(repository, one.version() + 1)
                .filter(kept -> kept.version() > other.version())
                .isPresent();
    }

    /** @param gap deleted versions without a kept one between them */
    private void close(List<SquashedVersion> gap) {
        if (gap.isEmpty()) {
            return;
        }
        try {
            closeBetween(gap);
        } catch (EntityUnknown deletedMeanwhile) {
            // The gap has just become larger: the next cleanup sees all of it.
        }
    }

    private void closeBetween(List<SquashedVersion> gap) {
        long last = gap.getLast().version();
        Optional<RepositoryVersion> before = versions.before(repository, last);
        Optional<RepositoryVersion> next = versions.firstFrom(repository, last + 1);
        if (next.isEmpty() || close(before, last, next.get())) {
            gap.forEach(squashed -> store.write(Write.delete(SquashedVersion.TABLE, squashed)));
        }
    }

    private boolean close(Optional<RepositoryVersion> before, long last, RepositoryVersion next) {
        if (before.isPresent()) {
            return parts(before.get().version(), last).allMatch(part -> prune(part, next.version()))
                    && recount(before.get(), next);
        }
        long oldest = next.version();
        return parts(-1, oldest - 1).allMatch(part -> forget(part, oldest))
                && new ChangeLog(store, repository)
                        .entries(oldest - 1, oldest)
                        .allMatch(entry -> dropOlder(entry.change(), oldest));
    }

    /** Keeps only those rows of a deleted version that the next version shows. */
    private boolean prune(Change.Part part, long next) {
        List<Change> shown = new ArrayList<>();
        for (Change change : part.changes()) {
            Optional<Content> row = row(change, part.version());
            if (row.isPresent() && isLast(row.get(), next)) {
                shown.add(change);
            } else if (row.isPresent() && !remove(row.get())) {
                return false;
            }
            if (!dropNeedlessRemoval(change, next)) {
                return false;
            }
        }
        return store.write(
                shown.isEmpty()
                        ? Write.delete(Change.Part.TABLE, part)
                        : Write.put(
                                Change.Part.TABLE, new Change.Part(repository, part.version(), part.part(), shown)));
    }

    /** Drops log parts older than the oldest version, which are never compared with. */
    private boolean forget(Change.Part part, long oldest) {
        return part.changes().stream().allMatch(change -> dropOlder(change, oldest))
                && store.write(Write.delete(Change.Part.TABLE, part));
    }

    /** Keeps only the row of a name that the oldest version shows. */
    private boolean dropOlder(Change change, long oldest) {
        Query newestFirst = Query.descending(
                repository.toString(), Content.sort(change.name(), 0), Content.sort(change.name(), oldest), PAGE);
        List<? extends Content> older =
                store.stream(Content.table(change.table()), newestFirst).skip(1).toList();
        return older.stream().allMatch(this::remove) && dropNeedlessRemoval(change, oldest);
    }

    /** Drops a removal row of which no older row is left. */
    private boolean dropNeedlessRemoval(Change change, long upTo) {
        Query newest = Query.descending(
                repository.toString(), Content.sort(change.name(), 0), Content.sort(change.name(), upTo), 2);
        List<? extends Content> rows =
                store.query(Content.table(change.table()), newest).records();
        return rows.size() != 1 || rows.getFirst().present() || remove(rows.getFirst());
    }

    /** Corrects the counts of a version whose predecessor was deleted. */
    private boolean recount(RepositoryVersion before, RepositoryVersion next) {
        RepositoryVersion counted = versions.against(before, next);
        boolean same = counted.added().equals(next.added()) && counted.removed().equals(next.removed());
        return same || store.write(Write.put(RepositoryVersion.TABLE, counted, Condition.unchanged(next)));
    }

    private boolean remove(Content row) {
        rows++;
        return removal.remove(row, store::write);
    }

    private Optional<Content> row(Change change, long version) {
        Table<? extends Content> table = Content.table(change.table());
        return store.get(table, Content.key(repository, change.name(), version)).map(row -> row);
    }

    private boolean isLast(Content row, long upTo) {
        return RepositoryView.at(store, repository, upTo)
                .row(row.table(), row.name())
                .filter(last -> last.version() == row.version())
                .isPresent();
    }

    /** Log parts of versions after {@code from} up to {@code to}. */
    private Stream<Change.Part> parts(long from, long to) {
        return store.stream(Change.Part.TABLE, Change.Part.between(repository, from, to, PAGE));
    }
}
