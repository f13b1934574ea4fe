package dev.lading.curation;

import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Key;
import dev.lading.metadata.Table;

/**
 * The last promotion between two repositories, after which both versions had the same content.
 *
 * @param sourceVersion of {@code source}
 * @param targetVersion of {@code target}
 */
record Promotion(RepositoryId source, RepositoryId target, long sourceVersion, long targetVersion) {
    static final Table<Promotion> TABLE = new Table<>("promotion", Promotion.class, p -> key(p.source(), p.target()));

    static Key key(RepositoryId source, RepositoryId target) {
        return new Key(target.toString(), source.toString());
    }
}
