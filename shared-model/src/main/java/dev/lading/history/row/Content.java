package dev.lading.history.row;

import dev.lading.metadata.Key;
import dev.lading.metadata.Lazily;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One row of a repository's history: the state of {@link #name} from {@link #version} on. Rows are keyed by name and
 * version and read descending with limit 1, so that a look-up at any version costs the same however long the history
 * and however many names there are.
 */
public sealed interface Content permits TagEntry, ManifestEntry, BlobEntry, ReferrerEntry {
    /** Version number of pending rows, which sorts after every version: in the repository, in no version yet. */
    long PENDING = 9_999_999_999L;

    /** Tables by the name that the change log uses. */
    Map<String, Table<? extends Content>> TABLES = Stream.of(
                    TagEntry.TABLE, ManifestEntry.TABLE, BlobEntry.TABLE, ReferrerEntry.TABLE)
            .collect(Collectors.toUnmodifiableMap(Table::name, table -> table));

    /** The table of rows that a change names. */
    static Table<? extends Content> table(String name) {
        return Optional.ofNullable(TABLES.get(name))
                .orElseThrow(() -> new IllegalArgumentException("no content is in a table " + name));
    }

    RepositoryId repository();

    /** A name unique in the repository among rows of one table and version. Does not end in {@code #}. */
    String name();

    long version();

    /** Whether the name is there from this version on; false: it was removed. */
    boolean present();

    /** The unit that this is a row of; empty: a removal, or nothing that counts as content. */
    Optional<ContentUnit> unit();

    Write put();

    /** A row of this content for another repository or version. */
    Content copyTo(RepositoryId other, long newVersion);

    /** A row that removes this name from a version on. */
    Content removedAt(long removal);

    Table<? extends Content> table();

    /** The results of all tables, one table after the other. */
    static <T> Stream<T> inTables(Function<Table<? extends Content>, Stream<? extends T>> each) {
        return Lazily.inTurn(TABLES.values().stream()
                .<Supplier<Stream<T>>>map(table -> () -> each.apply(table).map(row -> row))
                .toList());
    }

    static Key key(RepositoryId repository, String name, long version) {
        return new Key(repository.toString(), sort(name, version));
    }

    /** All rows of a name, newest first. */
    static Query history(RepositoryId repository, String name, int limit) {
        return history(repository, name, limit, PENDING);
    }

    /** Rows of a name up to a version, newest first. */
    static Query history(RepositoryId repository, String name, int limit, long upTo) {
        return Query.descending(repository.toString(), sort(name, 0), sort(name, upTo), limit);
    }

    static String sort(String name, long version) {
        return name + "#" + sort(version);
    }

    /**
     * The version number in ten digits. It is not made by a format: every pull makes several, and that took a hundredth
     * of its time.
     */
    static String sort(long version) {
        return version < 0 || version > PENDING
                ? "%010d".formatted(version)
                : Long.toString(PENDING + 1 + version).substring(1);
    }
}
