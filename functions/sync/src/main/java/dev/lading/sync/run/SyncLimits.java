package dev.lading.sync.run;

import java.time.Duration;

/**
 * How much is done in one go. A Lambda function ends after 15 minutes; what is left then is handed on.
 *
 * @param planning how long a planner goes on taking chunks of tags
 * @param copying how long a copier goes on taking slices of a blob
 * @param patience with an upstream that asks to wait
 * @param chunkTags looked at before it is stored how far the planner is; and names, of at most 205 characters, in one record of
 *     its plan
 * @param sliceBytes of a large blob, fetched before it is stored how far the copier is
 */
public record SyncLimits(Duration planning, Duration copying, Duration patience, int chunkTags, int sliceBytes) {
    private static final int CHUNK_TAGS = 500;
    private static final int SLICE_BYTES = 32 * 1024 * 1024;

    /** For a process that lives on. */
    public static final SyncLimits NONE =
            new SyncLimits(Duration.ofDays(365), Duration.ofDays(365), Duration.ofHours(1), CHUNK_TAGS, SLICE_BYTES);

    /** For Lambda: with time left for the slowest chunk or slice, and for what follows it. */
    public static final SyncLimits LAMBDA = new SyncLimits(
            Duration.ofMinutes(8), Duration.ofMinutes(8), Duration.ofMinutes(4), CHUNK_TAGS, SLICE_BYTES);
}
