package dev.lading.history.row;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobRecord;
import dev.lading.blob.BlobStore;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A blob that a repository holds, or lists. An upload or a mount writes the row of version {@link Content#PENDING}:
 * readable at once, in no version yet. The first manifest that refers to it adds the row of its version; the pending one
 * stays beside it until cleanup finds it old.
 *
 * <p>A row without a key lists a blob whose bytes were not fetched yet. Whoever stores them fills the key, and
 * the size that they have: the one change that a row of a version may have.
 *
 * @param id of the unit
 * @param key of the bytes; empty: the blob is listed only
 * @param origin where bytes that are not here, or may be given up, can be had
 */
public record BlobEntry(
        RepositoryId repository,
        Digest digest,
        long version,
        boolean present,
        UUID id,
        Optional<BlobKey> key,
        long sizeBytes,
        Optional<BlobOrigin> origin)
        implements Content {
    public static final Table<BlobEntry> TABLE =
            new Table<>("blob", BlobEntry.class, b -> Content.key(b.repository(), b.name(), b.version()));

    public static BlobEntry pending(RepositoryId repository, BlobRecord bytes) {
        return of(repository, bytes, PENDING);
    }

    public static BlobEntry of(RepositoryId repository, BlobRecord bytes, long version) {
        UUID id = unit(bytes).id();
        return new BlobEntry(
                repository,
                bytes.digest(),
                version,
                true,
                id,
                Optional.of(bytes.key()),
                bytes.sizeBytes(),
                Optional.empty());
    }

    /** A blob that is only listed, to be fetched when it is first wanted. */
    public static BlobEntry listed(
            RepositoryId repository, ContentUnit unit, long version, long sizeBytes, BlobOrigin origin) {
        return new BlobEntry(
                repository, unit.digest(), version, true, unit.id(), Optional.empty(), sizeBytes, Optional.of(origin));
    }

    /** The content unit of stored bytes. */
    public static ContentUnit unit(BlobRecord bytes) {
        return ContentUnit.firstSeen(ContentKind.BLOB, bytes.digest().toString(), bytes.created());
    }

    /** Whether the bytes are here; false: it is listed only. */
    @JsonIgnore
    public boolean isHeld() {
        return key.isPresent();
    }

    /** The bytes, which must be held; the caller closes the stream. */
    public InputStream open(BlobStore blobs) throws IOException {
        return blobs.read(key.orElseThrow(), 0, sizeBytes);
    }

    public BlobEntry at(long newVersion, boolean nowPresent) {
        return new BlobEntry(repository, digest, newVersion, nowPresent, id, key, sizeBytes, origin);
    }

    public BlobEntry with(Optional<BlobKey> newKey, Optional<BlobOrigin> newOrigin) {
        return new BlobEntry(repository, digest, version, present, id, newKey, sizeBytes, newOrigin);
    }

    /** This row, with bytes that are here now. Their size counts: the one that a manifest says may be wrong. */
    public BlobEntry filled(BlobRecord bytes) {
        return withSize(OptionalLong.of(bytes.sizeBytes())).with(Optional.of(bytes.key()), origin);
    }

    /** This row, with the size that a blob is said to have where it comes from. */
    public BlobEntry withSize(OptionalLong said) {
        return new BlobEntry(repository, digest, version, present, id, key, said.orElse(sizeBytes), origin);
    }

    @Override
    public BlobEntry copyTo(RepositoryId other, long newVersion) {
        return new BlobEntry(other, digest, newVersion, present, id, key, sizeBytes, origin);
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
