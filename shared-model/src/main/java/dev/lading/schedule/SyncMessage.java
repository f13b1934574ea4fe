package dev.lading.schedule;

import java.time.Instant;
import java.util.UUID;

/**
 * What EventBridge Scheduler puts into a queue when a repository is due.
 *
 * @param since of the schedule
 * @param scheduled when it was due, so that no two messages are the same: the queue would take one only
 */
public record SyncMessage(UUID repository, Instant since, String scheduled) {}
