package dev.lading.history.row;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobRecord;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import java.util.Optional;
import java.util.UUID;

/**
 * A blob that a repository holds. An upload or a mount writes the row of version {@link Content#PENDING}: readable at
 * once, in no version yet. The first manifest that refers to it adds the row of its version; the pending one stays
 * beside it until cleanup finds it old.
 *
 * @param id of the unit
 */
public record BlobEntry(
        RepositoryId repository, Digest digest, long version, boolean present, UUID id, BlobKey key, long sizeBytes)
        implements Content {
    public static final Table<BlobEntry> TABLE =
            new Table<>("blob", BlobEntry.class, b -> Content.key(b.repository(), b.name(), b.version()));

    public static BlobEntry pending(RepositoryId repository, BlobRecord bytes) {
        return of(repository, bytes, PENDING);
    }

    public static BlobEntry of(RepositoryId repository, BlobRecord bytes, long version) {
        UUID id = unit(bytes).id();
        return new BlobEntry(repository, bytes.digest(), version, true, id, bytes.key(), bytes.sizeBytes());
    }

    /** The content unit of stored bytes. */
    public static ContentUnit unit(BlobRecord bytes) {
        return ContentUnit.firstSeen(ContentKind.BLOB, bytes.digest().toString(), bytes.created());
    }

    public BlobEntry at(long newVersion, boolean nowPresent) {
        return new BlobEntry(repository, digest, newVersion, nowPresent, id, key, sizeBytes);
    }

    @Override
    public BlobEntry copyTo(RepositoryId other, long newVersion) {
        return new BlobEntry(other, digest, newVersion, present, id, key, sizeBytes);
    }

    @Override
    public BlobEntry removedAt(long removal) {
        return at(removal, false);
    }

    @Override
    public String name() {
        return digest.toString();
    }

    @Override
    public Optional<ContentUnit> unit() {
        return Optional.of(new ContentUnit(ContentKind.BLOB, name(), id));
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
