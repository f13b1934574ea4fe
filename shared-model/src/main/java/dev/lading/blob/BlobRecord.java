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
 * Where the bytes of a digest are, in whatever repository: the second upload of the same bytes is not kept. Whoever
 * makes a repository hold bytes that are there already adds {@link #use} to the same transaction.
 *
 * @param doomed cleanup has found nobody who holds it, and deletes it unless somebody uses it now
 * @param revision begins anywhere: who has read a record that was deleted must not take the next of the same digest, whose
 *     bytes are elsewhere, for it
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

    /** Holds only if cleanup leaves the bytes alone, and makes it do so. */
    public Write use() {
        return doomed ? Write.put(TABLE, doomed(false), Condition.unchanged(this)) : Write.checkUnchanged(TABLE, this);
    }

    public BlobRecord doomed(boolean now) {
        return new BlobRecord(digest, key, sizeBytes, created, now, revision + 1);
    }
}
