package dev.lading.imports;

import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Key;
import dev.lading.metadata.Table;
import java.time.Instant;
import java.util.Optional;

/**
 * The last import from a repository of another registry, after which both versions had the same content.
 *
 * @param sourceVersion of {@code source}
 * @param targetVersion of {@code target}
 * @param exported date of the bundle
 * @param name of {@code source}
 */
record LastImport(
        RepositoryId source,
        RepositoryId target,
        long sourceVersion,
        long targetVersion,
        Instant exported,
        Optional<String> name) {
    static final Table<LastImport> TABLE =
            new Table<>("import", LastImport.class, each -> key(each.source(), each.target()));

    LastImport {
        name = name == null ? Optional.empty() : name;
    }

    static Key key(RepositoryId source, RepositoryId target) {
        return new Key(target.toString(), source.toString());
    }
}
