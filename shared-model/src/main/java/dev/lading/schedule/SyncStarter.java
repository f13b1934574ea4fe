package dev.lading.schedule;

import java.time.Instant;
import java.util.UUID;

/** Starts what a {@link Scheduler} finds due. */
@FunctionalInterface
public interface SyncStarter {
    /**
     * May be called again for what was started: whoever calls may die before noting that.
     *
     * @param since of the schedule that is due, to tell it from the one that took its place
     */
    void start(UUID repository, Instant since, Instant due);
}
