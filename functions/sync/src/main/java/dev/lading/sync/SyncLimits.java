package dev.lading.sync;

import java.time.Duration;

/**
 * How long one delivery may take, since a Lambda function ends after 15 minutes. What is left then is handed on.
 *
 * @param planning between two chunks of tags
 * @param copying between two slices of a blob
 * @param patience with an upstream that asks to wait
 */
public record SyncLimits(Duration planning, Duration copying, Duration patience) {
    /** For a process that lives on. */
    public static final SyncLimits NONE =
            new SyncLimits(Duration.ofDays(365), Duration.ofDays(365), Duration.ofHours(1));
}
