package dev.lading.blob;

import dev.lading.metadata.Key;
import dev.lading.metadata.Table;
import dev.lading.oci.Digest;
import java.time.Instant;

/** Where the bytes of a digest are, in whatever repository: the second upload of the same bytes is not kept. */
public record BlobRecord(Digest digest, BlobKey key, long sizeBytes, Instant created) {
    public static final Table<BlobRecord> TABLE = new Table<>("bytes", BlobRecord.class, b -> key(b.digest()));

    public static Key key(Digest digest) {
        return new Key(digest.toString(), "bytes");
    }
}
