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
 * One row of a repository's history: from {@link #version} on, what {@link #name} names is as the row says. Rows are keyed
 * by name and version and read descending with limit 1, so that looking up at any version costs the same however long the
 * history and however many names there are.
 */
public sealed interface Content permits TagEntry, ManifestEntry, BlobEntry, ReferrerEntry {
    /** Sorts behind every version: "in the repository, in no version yet". */
    long PENDING = 9_999_999_999L;

    /** By the name the change log gives. */
    Map<String, Table<? extends Content>> TABLES = Stream.of(
                    TagEntry.TABLE, ManifestEntry.TABLE, BlobEntry.TABLE, ReferrerEntry.TABLE)
            .collect(Collectors.toUnmodifiableMap(Table::name, table -> table));

    RepositoryId repository();

    /** Unique in the repository among rows of one table and version. Holds no {@code #} at its end. */
    String name();

    long version();

    /** False: from this version on there is no such thing. */
    boolean present();

    /** What it is a row of; empty: of nothing that counts as content, or of nothing any more. */
    Optional<ContentUnit> unit();

    Write put();

    /** The same content as a row of another repository or version. */
    Content copyTo(RepositoryId other, long newVersion);

    /** That it is there no more from a version on. */
    Content removedAt(long removal);

    Table<? extends Content> table();

    /** What each table has, one after the other. */
    static <T> Stream<T> inTables(Function<Table<? extends Content>, Stream<? extends T>> each) {
        return Lazily.inTurn(TABLES.values().stream()
                .<Supplier<Stream<T>>>map(table -> () -> each.apply(table).map(row -> row))
                .toList());
    }

    static Key key(RepositoryId repository, String name, long version) {
        return new Key(repository.toString(), sort(name, version));
    }

    /** All rows of a name, the newest first. */
    static Query history(RepositoryId repository, String name, int limit) {
        return Query.descending(repository.toString(), sort(name, 0), sort(name, PENDING), limit);
    }

    static String sort(String name, long version) {
        return name + "#" + sort(version);
    }

    /** Ten digits. A version's are not made by a format: every pull makes several, and that took a hundredth of its time. */
    static String sort(long version) {
        return version < 0 || version > PENDING
                ? "%010d".formatted(version)
                : Long.toString(PENDING + 1 + version).substring(1);
    }
}
