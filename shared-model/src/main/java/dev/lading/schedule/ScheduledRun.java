package dev.lading.schedule;

import dev.lading.metadata.Key;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.task.TaskId;
import java.time.Instant;
import java.util.UUID;

/**
 * The outcome of a repository's schedule the last time it was due.
 *
 * @param task that syncs; when skipped, the earlier one that was not done yet
 */
public record ScheduledRun(UUID repository, Instant due, Instant started, TaskId task, boolean skipped, long revision)
        implements Revised {
    public static final Table<ScheduledRun> TABLE =
            new Table<>("scheduled-run", ScheduledRun.class, run -> key(run.repository()));

    public static Key key(UUID repository) {
        return new Key(repository.toString(), "last");
    }
}
