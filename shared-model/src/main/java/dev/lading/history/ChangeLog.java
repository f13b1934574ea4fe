package dev.lading.history;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Lazily;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Table;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The changes of a repository's versions, read page by page. */
public final class ChangeLog {
    private static final int VERSIONS = 50;

    /** Parts per page, of up to 80 changes each; a page is held in memory with the rows found. */
    private static final int PARTS = 10;

    /** Versions and parts per page where no rows are looked up. */
    private static final int BARE_VERSIONS = 500;

    private static final int BARE_PARTS = 200;

    /** Names kept in memory, to tell those that several versions changed. */
    public static final int MAX_NAMES = 100_000;

    /** Versions' records, of which only what is named here is parsed: half of what a long log costs. */
    private static final Table<Logged> LOGGED = new Table<>(
            RepositoryVersion.TABLE.name(), Logged.class, v -> RepositoryVersion.key(v.repository(), v.version()));

    private final MetadataStore store;
    private final RepositoryId repository;

    /** Jackson would keep what is unknown until the record is made. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Logged(RepositoryId repository, long version, List<Change> changes) {
        Logged {
            changes = changes == null ? List.of() : changes;
        }
    }

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
        return entries(from, to, VERSIONS, PARTS, version -> {});
    }

    private Stream<Entry> entries(long from, long to, int versionsPerPage, int partsPerPage, Consumer<Logged> each) {
        if (from >= to) {
            return Stream.empty();
        }
        // A version that is deleted meanwhile has its changes in both places, one after the other.
        Set<Long> read = new HashSet<>();
        Stream<Entry> inline = store.stream(
                        LOGGED, RepositoryVersion.between(repository, from + 1, to, versionsPerPage))
                .peek(each)
                .filter(v -> !v.changes().isEmpty())
                .peek(v -> read.add(v.version()))
                .flatMap(v -> v.changes().stream().map(change -> new Entry(v.version(), change)));
        Supplier<Stream<Entry>> parts =
                () -> store.stream(Change.Part.TABLE, Change.Part.between(repository, from, to, partsPerPage))
                        .filter(p -> !read.contains(p.version()))
                        .flatMap(p -> p.changes().stream().map(change -> new Entry(p.version(), change)));
        return Lazily.inTurn(List.of(() -> inline, parts));
    }

    /**
     * The row that the newer of two views, given in any order, shows of each name changed between them. Each name comes
     * once: of its changes, the last is the one whose row is shown.
     */
    public Stream<Content> changed(RepositoryView one, RepositoryView other) {
        RepositoryView older = older(one, other);
        RepositoryView newer = older == one ? other : one;
        return entries(older.version(), newer.version())
                .flatMap(entry -> newer.row(entry.table(), entry.change().name()).stream()
                        .filter(row -> row.version() == entry.version()));
    }

    /**
     * Names of content that two views show differently, in any order. No rows are read, except of names that several
     * versions changed, and of all names where the log does not tell and one view shows nothing.
     *
     * @return empty: the log alone does not tell, since a version between them was deleted, or they are too many
     */
    public Optional<Stream<Named>> names(RepositoryView one, RepositoryView other) {
        RepositoryView older = older(one, other);
        RepositoryView newer = older == one ? other : one;
        if (older.version() == 0 && newer.version() > MAX_NAMES) {
            return ofEmpty(older, newer);
        }
        long[] read = {0};
        Stream<Named> names = entries(older.version(), newer.version(), BARE_VERSIONS, BARE_PARTS, version -> read[0]++)
                .flatMap(entry -> ContentKind.in(entry.change().table()).stream()
                        .map(kind -> new Named(kind, entry.change().name())));
        if (newer.version() - older.version() <= 1) {
            // A version writes no row twice.
            return Optional.of(names);
        }
        Map<Named, Boolean> again = HashMap.newHashMap((int) Math.min(MAX_NAMES, newer.version() - older.version()));
        for (Named name : (Iterable<Named>) names::iterator) {
            again.merge(name, false, (first, second) -> true);
            if (again.size() > MAX_NAMES) {
                return ofEmpty(older, newer);
            }
        }
        return read[0] < newer.version() - older.version()
                ? ofEmpty(older, newer)
                : Optional.of(again.entrySet().stream()
                        .filter(name -> !name.getValue()
                                || difference(older, newer, name.getKey()).isPresent())
                        .map(Map.Entry::getKey));
    }

    /** Names of all that a version shows, if the older one holds nothing. */
    private static Optional<Stream<Named>> ofEmpty(RepositoryView older, RepositoryView newer) {
        return older.version() > 0
                ? Optional.empty()
                : Optional.of(Stream.of(ContentKind.values())
                        .flatMap(kind -> newer.stream(kind.table()).map(row -> new Named(kind, row.name()))));
    }

    /** A tag, or the digest of other content. */
    public record Named(ContentKind kind, String name) {}

    /** The difference of one name, if there is one. */
    public static Optional<Difference> difference(RepositoryView from, RepositoryView to, Named named) {
        Table<? extends Content> table = named.kind().table();
        Optional<Content> before = from.row(table, named.name()).filter(Content::present);
        Optional<Content> after = to.row(table, named.name()).filter(Content::present);
        return after.or(() -> before).stream()
                .flatMap(row -> Difference.between(row, before, after))
                .findFirst();
    }

    private static RepositoryView older(RepositoryView one, RepositoryView other) {
        return one.version() > other.version() ? other : one;
    }

    public Stream<Difference> differences(RepositoryView from, RepositoryView to) {
        RepositoryView older = older(from, to);
        return changed(from, to).flatMap(row -> {
            Optional<Content> shown = Optional.of(row).filter(Content::present);
            Optional<Content> before = older.row(row.table(), row.name()).filter(Content::present);
            return older == from ? Difference.between(row, before, shown) : Difference.between(row, shown, before);
        });
    }
}
