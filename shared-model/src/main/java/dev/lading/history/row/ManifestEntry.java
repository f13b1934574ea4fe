package dev.lading.history.row;

import dev.lading.blob.BlobKey;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import java.util.Optional;
import java.util.UUID;

/**
 * A manifest added or removed. The row holds the bytes themselves, so that a pull by digest is two reads; a body too
 * large for a record is stored like a blob, see {@link dev.lading.blob.BlobRecord}.
 *
 * @param id of the unit
 * @param body the exact bytes, which are UTF-8
 * @param bodyKey key of the bytes, if they are not in the row
 * @param subject of the manifest, so that its removal finds the referrer row
 */
public record ManifestEntry(
        RepositoryId repository,
        Digest digest,
        long version,
        boolean present,
        UUID id,
        MediaType mediaType,
        long sizeBytes,
        Optional<String> body,
        Optional<BlobKey> bodyKey,
        Optional<Digest> subject)
        implements Content {
    public static final Table<ManifestEntry> TABLE =
            new Table<>("manifest", ManifestEntry.class, m -> Content.key(m.repository(), m.name(), m.version()));

    @Override
    public ManifestEntry copyTo(RepositoryId other, long newVersion) {
        return at(other, newVersion, present, body, bodyKey);
    }

    @Override
    public ManifestEntry removedAt(long removal) {
        return at(repository, removal, false, Optional.empty(), Optional.empty());
    }

    private ManifestEntry at(
            RepositoryId where,
            long newVersion,
            boolean nowPresent,
            Optional<String> newBody,
            Optional<BlobKey> newBodyKey) {
        return new ManifestEntry(
                where, digest, newVersion, nowPresent, id, mediaType, sizeBytes, newBody, newBodyKey, subject);
    }

    @Override
    public String name() {
        return digest.toString();
    }

    @Override
    public Optional<ContentUnit> unit() {
        return Optional.of(new ContentUnit(ContentKind.MANIFEST, name(), id));
    }

    @Override
    public Write put() {
        return Write.put(TABLE, this);
    }

    @Override
    public Table<ManifestEntry> table() {
        return TABLE;
    }
}
