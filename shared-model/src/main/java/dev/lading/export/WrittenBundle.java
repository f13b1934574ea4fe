package dev.lading.export;

import dev.lading.history.SortKeys;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.task.TaskId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A bundle that an exporter wrote: an export, in Pulp's words.
 *
 * @param parts what of which repositories is in it, each up to a version
 * @param file its path
 * @param sha256 of the file, in hex
 */
public record WrittenBundle(
        ExporterId exporter, ExportId id, TaskId task, Instant created, List<Part> parts, String file, String sha256) {
    static final Table<WrittenBundle> TABLE =
            new Table<>("written-bundle", WrittenBundle.class, each -> key(each.exporter(), each.id()));

    public WrittenBundle {
        parts = List.copyOf(parts);
    }

    /** Versions of a repository that are in a bundle. */
    public record Part(RepositoryId repository, Optional<Long> from, long to) {}

    static Key key(ExporterId exporter, ExportId id) {
        return new Key(exporter.toString(), id.toString());
    }

    static Query newestFirst(ExporterId exporter, int limit) {
        return Query.descending(exporter.toString(), SortKeys.FIRST, SortKeys.LAST, limit);
    }
}
