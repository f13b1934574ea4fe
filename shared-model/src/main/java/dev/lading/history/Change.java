package dev.lading.history;

import dev.lading.history.row.Content;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import java.util.List;

/**
 * One row of {@link Content} that a version wrote; an entry of the change log.
 *
 * @param table by name
 * @param present added or replaced; false: removed
 */
public record Change(String table, String name, boolean present) {
    public static Change of(Content row) {
        return new Change(row.table().name(), row.name(), row.present());
    }

    /**
     * A part of the log of a version whose own record does not hold it: a version of many rows, one being written, or a
     * deleted one. Each part is written with the rows it lists, so that they can be found.
     *
     * @param newest in the last part of a version of many rows, which lists no others; earlier builds wrote none
     */
    public record Part(
            RepositoryId repository, long version, int part, List<Change> changes, List<NewestUnits> newest) {
        public static final Table<Part> TABLE = new Table<>(
                "changes",
                Part.class,
                p -> new Key(p.repository().toString(), Content.sort(p.version()) + "#%06d".formatted(p.part())));

        public Part {
            changes = changes == null ? List.of() : List.copyOf(changes);
            newest = newest == null ? List.of() : List.copyOf(newest);
        }

        /** A part that lists changes alone. */
        public Part(RepositoryId repository, long version, int part, List<Change> changes) {
            this(repository, version, part, changes, List.of());
        }

        private static String lower(long from) {
            return from < 0 ? Content.sort(0) : Content.sort(from) + "#~";
        }

        /** Log parts of versions after {@code from} up to {@code to}. */
        public static Query between(RepositoryId repository, long from, long to, int limit) {
            return Query.ascending(repository.toString(), lower(from), Content.sort(to) + "#~", limit);
        }

        /** Log parts of versions from {@code to} down to the one after {@code from}, the last of each before its others. */
        public static Query newestFirst(RepositoryId repository, long from, long to, int limit) {
            return Query.descending(repository.toString(), lower(from), Content.sort(to) + "#~", limit);
        }

        /** The last part of a version. */
        public static Query last(RepositoryId repository, long version) {
            return Query.descending(
                    repository.toString(), Content.sort(version) + "#", Content.sort(version) + "#~", 1);
        }
    }
}
