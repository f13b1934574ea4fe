package dev.lading.file;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.ContentUnit;
import dev.lading.metadata.UuidV7;
import dev.lading.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;

/** A file of a version. */
public record StoredFile(RelativePath path, Digest digest, long sizeBytes) {
    /** Hex digits of the part of an id that is a time elsewhere. */
    private static final int PATH_DIGITS = 12;

    /**
     * An id of these bytes at this path, whatever versions have them there. It ends as the ids of blobs with these bytes,
     * by which it is found, and begins with a hash of the path.
     */
    @JsonIgnore
    public UUID id() {
        String hash = Digest.of(Digest.SHA256, path.value().getBytes(StandardCharsets.UTF_8))
                .hex();
        UUID blob = ContentUnit.firstSeen(ContentKind.BLOB, digest.toString(), Instant.EPOCH)
                .id();
        Instant first = Instant.ofEpochMilli(HexFormat.fromHexDigitsToLong(hash, 0, PATH_DIGITS));
        return UuidV7.of(first, UuidV7.a(blob), UuidV7.b(blob));
    }
}
