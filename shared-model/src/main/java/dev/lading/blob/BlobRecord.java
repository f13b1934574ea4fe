package dev.lading.blob;

import dev.lading.metadata.Condition;
import dev.lading.metadata.HexPartition;
import dev.lading.metadata.Key;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.random.Randomness;
import java.time.Instant;

/**
 * Where the bytes of a digest are, for all repositories: bytes uploaded twice are stored once. A writer that makes a
 * repository reference existing bytes adds {@link #use} to the same transaction.
 *
 * @param doomed whether cleanup has claimed the bytes, which it deletes unless they are used now
 * @param revision begins at a random number, so that a reader of a deleted record does not mistake the digest's next
 *     one, whose bytes are elsewhere, for it
 */
public record BlobRecord(Digest digest, BlobKey key, long sizeBytes, Instant created, boolean doomed, long revision)
        implements Revised {
    public static final Table<BlobRecord> TABLE = new Table<>("bytes", BlobRecord.class, b -> key(b.digest()));

    public static BlobRecord first(Digest digest, BlobKey key, long sizeBytes, Instant now) {
        return new BlobRecord(
                digest, key, sizeBytes, now, false, Randomness.source().nextLong(Long.MAX_VALUE / 2));
    }

    public static Key key(Digest digest) {
        return new Key(HexPartition.first(digest.hex()).toString(), digest.hex() + "." + digest.algorithm());
    }

    /** A condition that fails if clean-up has claimed these bytes, and that revokes the claim if it can. */
    public Write use() {
        return doomed ? Write.put(TABLE, doomed(false), Condition.unchanged(this)) : Write.checkUnchanged(TABLE, this);
    }

    public BlobRecord doomed(boolean now) {
        return new BlobRecord(digest, key, sizeBytes, created, now, revision + 1);
    }
}
