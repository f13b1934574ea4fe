package dev.lading.task;

import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A long-running operation, from the request to its outcome.
 *
 * @param updated when the record was changed last
 * @param error reason of its failure, a sentence
 * @param result JSON
 */
public record Task(
        TaskId id,
        TaskRequest request,
        TaskState state,
        Instant created,
        Instant updated,
        Optional<Instant> started,
        Optional<Instant> finished,
        List<ProgressReport> progress,
        List<String> createdResources,
        Optional<String> error,
        Optional<String> result,
        long revision)
        implements Revised {
    private static final String PARTITION = "all";
    public static final Table<Task> TABLE = new Table<>("task", Task.class, t -> key(t.id()));

    public Task {
        progress = progress == null ? List.of() : List.copyOf(progress);
        createdResources = createdResources == null ? List.of() : List.copyOf(createdResources);
    }

    static Key key(TaskId id) {
        return new Key(PARTITION, id.toString());
    }

    static Query newestFirst(int limit) {
        return Query.descending(PARTITION, "0", "~", limit);
    }

    static Task waiting(TaskId id, TaskRequest request, Instant now) {
        return new Task(
                id,
                request,
                TaskState.WAITING,
                now,
                now,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                0);
    }

    Task running(Instant now) {
        return changed(TaskState.RUNNING, now, started.or(() -> Optional.of(now)), progress);
    }

    Task waitingAgain(Instant now) {
        return changed(TaskState.WAITING, now, Optional.empty(), List.of());
    }

    Task canceling(Instant now) {
        return changed(TaskState.CANCELING, now, started, progress);
    }

    Task reporting(List<ProgressReport> reports, Instant now) {
        return changed(state, now, started, reports);
    }

    private Task changed(TaskState newState, Instant now, Optional<Instant> begun, List<ProgressReport> reports) {
        return with(newState, now, begun, finished, reports, new TaskHandler.Outcome(createdResources, result), error);
    }

    Task completed(TaskHandler.Outcome outcome, Instant now) {
        return finished(TaskState.COMPLETED, now, outcome, Optional.empty());
    }

    Task failed(String reason, Instant now) {
        return finished(TaskState.FAILED, now, TaskHandler.Outcome.NOTHING, Optional.of(reason));
    }

    Task canceled(Instant now) {
        return finished(TaskState.CANCELED, now, TaskHandler.Outcome.NOTHING, Optional.empty());
    }

    private Task finished(TaskState end, Instant now, TaskHandler.Outcome outcome, Optional<String> reason) {
        return with(
                end,
                now,
                started,
                Optional.of(now),
                progress.stream().map(report -> report.in(end)).toList(),
                outcome,
                reason);
    }

    private Task with(
            TaskState newState,
            Instant now,
            Optional<Instant> newStarted,
            Optional<Instant> newFinished,
            List<ProgressReport> reports,
            TaskHandler.Outcome outcome,
            Optional<String> reason) {
        return new Task(
                id,
                request,
                newState,
                created,
                now,
                newStarted,
                newFinished,
                reports,
                outcome.created(),
                reason,
                outcome.result(),
                revision + 1);
    }
}
