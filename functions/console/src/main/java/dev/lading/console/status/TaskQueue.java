package dev.lading.console.status;

import dev.lading.task.Task;
import dev.lading.task.TaskRunner;
import dev.lading.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How the newest tasks are.
 *
 * @param counted how many
 * @param failed of those that ended within a day
 * @param givenUp of these, those that no process could do: the dead letters of the queue
 * @param oldest when the one was made that waits longest; empty: none waits
 */
public record TaskQueue(long counted, long waiting, long running, long failed, long givenUp, Optional<Instant> oldest) {
    private static final Duration LATELY = Duration.ofDays(1);
    private static final Duration LONG = Duration.ofMinutes(10);

    static TaskQueue of(List<Task> tasks, Instant now) {
        List<Task> failed = tasks.stream()
                .filter(task -> task.state() == TaskState.FAILED)
                .filter(task -> task.updated().isAfter(now.minus(LATELY)))
                .toList();
        List<Task> waiting =
                tasks.stream().filter(task -> task.state() == TaskState.WAITING).toList();
        return new TaskQueue(
                tasks.size(),
                waiting.size(),
                tasks.stream().filter(TaskQueue::isRunning).count(),
                failed.size(),
                failed.stream().filter(TaskQueue::isGivenUp).count(),
                waiting.stream().map(Task::created).min(Comparator.naturalOrder()));
    }

    private static boolean isRunning(Task task) {
        return task.state() == TaskState.RUNNING || task.state() == TaskState.CANCELING;
    }

    private static boolean isGivenUp(Task task) {
        return task.error()
                .filter(error -> error.startsWith(TaskRunner.GIVEN_UP))
                .isPresent();
    }

    boolean waitsLong(Instant now) {
        return oldest.filter(made -> made.isBefore(now.minus(LONG))).isPresent();
    }
}
