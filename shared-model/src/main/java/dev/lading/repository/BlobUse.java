package dev.lading.repository;

import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.oci.Digest;

/**
 * That a manifest once pushed here names a blob: a fact that never changes. Whether a version holds the manifest is
 * asked of its row.
 */
public record BlobUse(RepositoryId repository, Digest blob, Digest manifest) {
    public static final Table<BlobUse> TABLE = new Table<>(
            "blob-use", BlobUse.class, u -> new Key(u.repository().toString(), u.blob() + "#" + u.manifest()));

    public static Query of(RepositoryId repository, Digest blob, int limit) {
        return Query.ascending(repository.toString(), blob + "#", blob + "#~", limit);
    }
}
