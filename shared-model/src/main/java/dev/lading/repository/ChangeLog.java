package dev.lading.repository;

import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Table;
import java.util.Optional;
import java.util.stream.Stream;

/** What the versions of a repository changed, read page by page. */
final class ChangeLog {
    private static final int VERSIONS = 50;

    /** Of up to 80 changes each; a page is held in memory with the rows found. */
    private static final int PARTS = 10;

    private final MetadataStore store;
    private final RepositoryId repository;

    ChangeLog(MetadataStore store, RepositoryId repository) {
        this.store = store;
        this.repository = repository;
    }

    /** A change and the version that made it. */
    record Entry(long version, Change change) {
        Table<? extends Content> table() {
            return Content.TABLES.get(change.table());
        }
    }

    /** Changes of versions behind {@code from} up to {@code to}, of those that were deleted, too. */
    Stream<Entry> entries(long from, long to) {
        Stream<Entry> inline = store.stream(
                        RepositoryVersion.TABLE, RepositoryVersion.between(repository, from + 1, to, VERSIONS))
                .flatMap(v -> v.changes().stream().map(change -> new Entry(v.version(), change)));
        Stream<Entry> parts = store.stream(Change.Part.TABLE, Change.Part.between(repository, from, to, PARTS))
                .flatMap(p -> p.changes().stream().map(change -> new Entry(p.version(), change)));
        return from >= to ? Stream.empty() : Stream.concat(inline, parts);
    }

    /**
     * The last change of each name in the log between two views, in which order ever they are: it is the one whose row the
     * newer view shows.
     */
    Stream<Difference> differences(RepositoryView from, RepositoryView to) {
        RepositoryView newer = from.version() > to.version() ? from : to;
        RepositoryView older = from.version() > to.version() ? to : from;
        return entries(older.version(), newer.version()).flatMap(entry -> {
            String name = entry.change().name();
            Optional<Content> now = newer.row(entry.table(), name);
            if (now.isEmpty() || now.get().version() != entry.version()) {
                return Stream.empty();
            }
            Optional<Content> shown = now.filter(Content::present);
            Optional<Content> before = older.row(entry.table(), name).filter(Content::present);
            if (Difference.same(before, shown)) {
                return Stream.empty();
            }
            return Stream.of(
                    newer == to
                            ? new Difference(entry.table(), name, before, shown)
                            : new Difference(entry.table(), name, shown, before));
        });
    }
}
