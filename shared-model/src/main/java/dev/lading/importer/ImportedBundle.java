package dev.lading.importer;

import dev.lading.history.SortKeys;
import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.task.TaskId;
import java.time.Instant;
import java.util.Optional;

/**
 * A bundle that an importer took: an import, in Pulp's words.
 *
 * @param path where it was
 * @param create whether repositories were made that were not here
 * @param signer name of the key that signed it; empty: nobody did
 */
public record ImportedBundle(
        ImporterId importer,
        ImportId id,
        TaskId task,
        Instant created,
        String path,
        boolean create,
        Optional<String> signer) {
    static final Table<ImportedBundle> TABLE =
            new Table<>("imported-bundle", ImportedBundle.class, each -> key(each.importer(), each.id()));

    static Key key(ImporterId importer, ImportId id) {
        return new Key(importer.toString(), id.toString());
    }

    static Query newestFirst(ImporterId importer, int limit) {
        return Query.descending(importer.toString(), SortKeys.FIRST, SortKeys.LAST, limit);
    }
}
