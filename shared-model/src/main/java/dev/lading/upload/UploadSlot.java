package dev.lading.upload;

import dev.lading.blob.BlobKey;
import dev.lading.metadata.Condition;
import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import java.time.Instant;
import java.util.List;

/**
 * One of the uploads that a principal may have open, claimed. It comes and goes in the transactions that make the
 * upload's record and end it.
 *
 * @param expires when the upload does, unless it goes on
 * @param revision random, so that a slot which is claimed anew is told from this
 */
record UploadSlot(Id id, BlobKey upload, Instant expires, long revision) implements Revised {
    static final Table<UploadSlot> TABLE = new Table<>("upload-slot", UploadSlot.class, slot -> key(slot.id()));

    /** Sixty bits. */
    private static final int RANDOM_DIGITS = 15;

    private static final int HEXADECIMAL = 16;

    /**
     * What an upload has claimed.
     *
     * @param number from 0 to the limit
     */
    record Id(String principal, int number) {}

    private static Key key(Id id) {
        return new Key(id.principal(), "%06d".formatted(id.number()));
    }

    /** All slots of a principal. */
    static Query of(String principal, int limit) {
        return Query.ascending(principal, "0", "~", limit);
    }

    static Write claim(Id id, Upload upload) {
        long random = Long.parseLong(upload.key().value().substring(0, RANDOM_DIGITS), HEXADECIMAL);
        return Write.put(TABLE, new UploadSlot(id, upload.key(), upload.expires(), random), Condition.absent());
    }

    /** Writes for the transaction in which an open upload ends; its record still being as it was read, so is its slot. */
    static List<Write> release(Upload upload) {
        return upload.slot().stream()
                .<Write>map(id -> new Write.Delete(TABLE, key(id), Condition.anything()))
                .toList();
    }

    /** Whether an upload has claimed this, and not ended. */
    boolean isOf(Upload upload) {
        return !upload.discarded() && upload.slot().filter(id::equals).isPresent();
    }
}
