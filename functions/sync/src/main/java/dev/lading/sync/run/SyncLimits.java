package dev.lading.sync.run;

import java.time.Duration;

/**
 * Limits on one delivery's work. A Lambda function ends after 15 minutes; the rest is handed on.
 *
 * @param planning how long a planner begins new chunks of tags
 * @param copying how long a copier begins new slices of a blob
 * @param patience with an upstream that asks to wait
 * @param chunkTags visited between two writes of the planner's progress; also the names, of at most 205 characters, in
 *     one record of its plan
 * @param sliceBytes of a large blob, fetched between two writes of the copier's progress
 */
public record SyncLimits(Duration planning, Duration copying, Duration patience, int chunkTags, int sliceBytes) {
    private static final int CHUNK_TAGS = 500;
    private static final int SLICE_BYTES = 32 * 1024 * 1024;

    /** Limits of a process that is not stopped after a time. */
    public static final SyncLimits NONE =
            new SyncLimits(Duration.ofDays(365), Duration.ofDays(365), Duration.ofHours(1), CHUNK_TAGS, SLICE_BYTES);

    /** Limits on Lambda, with time left for the slowest chunk or slice and what follows it. */
    public static final SyncLimits LAMBDA = new SyncLimits(
            Duration.ofMinutes(8), Duration.ofMinutes(8), Duration.ofMinutes(4), CHUNK_TAGS, SLICE_BYTES);
}
