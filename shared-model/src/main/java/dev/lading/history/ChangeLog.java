package dev.lading.history;

import dev.lading.history.row.Content;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Lazily;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Table;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The changes of a repository's versions, read page by page. */
public final class ChangeLog {
    private static final int VERSIONS = 50;

    /** Parts per page, of up to 80 changes each; a page is held in memory with the rows found. */
    private static final int PARTS = 10;

    private final MetadataStore store;
    private final RepositoryId repository;

    public ChangeLog(MetadataStore store, RepositoryId repository) {
        this.store = store;
        this.repository = repository;
    }

    /** A change and the version that made it. */
    public record Entry(long version, Change change) {
        Table<? extends Content> table() {
            return Content.table(change.table());
        }
    }

    /** Changes of versions after {@code from} up to {@code to}, deleted ones included. */
    public Stream<Entry> entries(long from, long to) {
        if (from >= to) {
            return Stream.empty();
        }
        // A version that is deleted meanwhile has its changes in both places, one after the other.
        Set<Long> read = new HashSet<>();
        Stream<Entry> inline = store.stream(
                        RepositoryVersion.TABLE, RepositoryVersion.between(repository, from + 1, to, VERSIONS))
                .filter(v -> !v.changes().isEmpty())
                .peek(v -> read.add(v.version()))
                .flatMap(v -> v.changes().stream().map(change -> new Entry(v.version(), change)));
        Supplier<Stream<Entry>> parts =
                () -> store.stream(Change.Part.TABLE, Change.Part.between(repository, from, to, PARTS))
                        .filter(p -> !read.contains(p.version()))
                        .flatMap(p -> p.changes().stream().map(change -> new Entry(p.version(), change)));
        return Lazily.inTurn(List.of(() -> inline, parts));
    }

    /**
     * The row that the newer of two views, given in any order, shows of each name changed between them. Each name comes
     * once: of its changes, the last is the one whose row is shown.
     */
    public Stream<Content> changed(RepositoryView one, RepositoryView other) {
        RepositoryView newer = one.version() > other.version() ? one : other;
        RepositoryView older = one.version() > other.version() ? other : one;
        return entries(older.version(), newer.version())
                .flatMap(entry -> newer.row(entry.table(), entry.change().name()).stream()
                        .filter(row -> row.version() == entry.version()));
    }

    public Stream<Difference> differences(RepositoryView from, RepositoryView to) {
        RepositoryView older = from.version() > to.version() ? to : from;
        return changed(from, to).flatMap(row -> {
            Optional<Content> shown = Optional.of(row).filter(Content::present);
            Optional<Content> before = older.row(row.table(), row.name()).filter(Content::present);
            return older == from ? Difference.between(row, before, shown) : Difference.between(row, shown, before);
        });
    }
}
