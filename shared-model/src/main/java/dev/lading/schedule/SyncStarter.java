package dev.lading.schedule;

import java.time.Instant;
import java.util.UUID;

/** Starts the syncs that a {@link Scheduler} finds due. */
@FunctionalInterface
public interface SyncStarter {
    /**
     * Starts a sync; called at least once for each due time.
     *
     * @param since start of the schedule that is due, to tell it from one that replaced it
     */
    void start(UUID repository, Instant since, Instant due);
}
