package dev.lading.schedule;

import java.util.UUID;

/** Starts syncs of repositories by their schedules, late rather than never. */
public interface Scheduler {
    /** Has a repository synced by a schedule, in place of the one it had. Doing so again changes nothing. */
    void set(UUID repository, SyncSchedule schedule);

    /** Has it not synced any more; as well where it was not. */
    void remove(UUID repository);
}
