package dev.lading.schedule;

import java.util.UUID;

/** Starts syncs of repositories by their schedules, at least once and late rather than never. */
public interface Scheduler {
    /** Sets a repository's schedule, in place of any it had. Idempotent. */
    void set(UUID repository, SyncSchedule schedule);

    /** Removes a repository's schedule, if it has one. */
    void remove(UUID repository);
}
