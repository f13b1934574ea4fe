package dev.lading.cleanup;

import dev.lading.content.LastPull;
import dev.lading.content.UpstreamAsked;
import dev.lading.history.Change;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.SortKeys;
import dev.lading.history.SquashedVersion;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentUse;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryContent;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Frees the rows that deleted versions, deleted repositories and blobs without a manifest leave in repositories'
 * histories.
 */
public final class HistoryCleanup {
    private static final int PAGE = 100;
    private static final int DELETED_AT_ONCE = 40;

    private final MetadataStore store;
    private final RepositoryService repositories;
    private final VersionService versions;
    private final Function<ManifestEntry, List<Digest>> named;

    /** @param named digests that a manifest refers to */
    public HistoryCleanup(
            MetadataStore store,
            RepositoryService repositories,
            VersionService versions,
            Function<ManifestEntry, List<Digest>> named) {
        this.named = named;
        this.store = store;
        this.repositories = repositories;
        this.versions = versions;
    }

    /** Counts of what one repository had to free. */
    public record Freed(long rows, long blobs) {}

    /**
     * Frees what has not been needed since {@code before}, one repository after the other.
     *
     * @param each called after each repository; may throw to stop
     */
    public void run(Instant before, Consumer<Freed> each) {
        store.stream(Repository.Gone.TABLE, Repository.Gone.all(PAGE))
                .filter(gone -> !gone.deleted().isAfter(before))
                .forEach(gone -> each.accept(new Freed(purge(gone), 0)));
        store.stream(Repository.NAMES.table(), Repository.allNames(PAGE))
                .forEach(named -> each.accept(free(new RepositoryId(named.id()), before)));
    }

    private Freed free(RepositoryId repository, Instant before) {
        repositories.retain(repository);
        var squash = new Squash(store, versions, repository, named);
        squash.squash(before);
        return new Freed(squash.rows(), new PendingBlobs(store, repository, before).end());
    }

    /** Deletes all records of a deleted repository; the one that says so goes last. */
    private long purge(Repository.Gone gone) {
        long rows = 0;
        for (Table<? extends Content> table : Content.TABLES.values()) {
            rows += purge(table, gone.id());
        }
        purge(ContentUse.TABLE, gone.id());
        purge(UpstreamAsked.TABLE, gone.id());
        purge(LastPull.TABLE, gone.id());
        purge(RepositoryVersion.TABLE, gone.id());
        purge(Change.Part.TABLE, gone.id());
        purge(SquashedVersion.TABLE, gone.id());
        if (rows == 0) {
            // An upload under way may have put a row after all: only when the next run finds none, there is none.
            store.write(Write.delete(Repository.Gone.TABLE, gone));
        }
        return rows;
    }

    private <R> long purge(Table<R> table, RepositoryId repository) {
        Query all = Query.ascending(repository.toString(), SortKeys.FIRST, SortKeys.LAST, DELETED_AT_ONCE);
        long purged = 0;
        List<R> page = store.query(table, all).records();
        while (!page.isEmpty()) {
            List<Write> writes = new ArrayList<>();
            for (R record : page) {
                writes.add(Write.delete(table, record));
                if (record instanceof Content row) {
                    row.unit()
                            .map(unit -> new Write.Delete(
                                    RepositoryContent.TABLE,
                                    RepositoryContent.key(unit, repository),
                                    Condition.anything()))
                            .filter(holder ->
                                    writes.stream().noneMatch(w -> w.key().equals(holder.key())))
                            .ifPresent(writes::add);
                }
            }
            store.write(writes);
            purged += page.size();
            page = store.query(table, all).records();
        }
        return purged;
    }
}
