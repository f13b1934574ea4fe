package dev.lading.schedule;

import java.time.Instant;
import java.util.UUID;

/**
 * The message that EventBridge Scheduler queues when a repository is due.
 *
 * @param since of the schedule
 * @param scheduled when it was due; makes messages differ, since the queue would drop equal ones
 */
public record SyncMessage(UUID repository, Instant since, String scheduled) {}
