package dev.lading.repository;

import dev.lading.blob.BlobKey;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;

/**
 * A blob a repository holds. An upload or a mount writes the row of version {@link Content#PENDING}: readable at once, in
 * no version yet. The first manifest that names it adds the row of its version, and the pending one stays beside it.
 */
public record BlobEntry(
        RepositoryId repository, Digest digest, long version, boolean present, BlobKey key, long sizeBytes)
        implements Content {
    public static final Table<BlobEntry> TABLE =
            new Table<>("blob", BlobEntry.class, b -> Content.key(b.repository(), b.name(), b.version()));

    public static BlobEntry pending(RepositoryId repository, Digest digest, BlobKey key, long sizeBytes) {
        return new BlobEntry(repository, digest, PENDING, true, key, sizeBytes);
    }

    public BlobEntry at(long newVersion, boolean nowPresent) {
        return new BlobEntry(repository, digest, newVersion, nowPresent, key, sizeBytes);
    }

    @Override
    public String name() {
        return digest.toString();
    }

    @Override
    public Write put() {
        return Write.put(TABLE, this);
    }

    @Override
    public Table<BlobEntry> table() {
        return TABLE;
    }
}
