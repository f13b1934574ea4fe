package dev.lading.console.mirror;

import dev.lading.console.task.TaskView;
import dev.lading.management.task.TaskResource;
import dev.lading.operation.ScheduledSyncs;
import dev.lading.operation.VersionHref;
import dev.lading.task.ProgressReport;
import dev.lading.task.Task;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Optional;

/**
 * What a sync came to, as far as its caller may know: all of their own, and of those that a schedule began what the
 * repository tells of them in the REST API, which is the state and the error.
 *
 * @param whole whether the task is theirs to see
 */
public record Outcome(TaskView view, boolean whole) {
    private static final String RATE_LIMIT = "sync.rate_limit";

    /** What remains of the upstream's limit, as it said last. */
    public record Remaining(long requests, long of) {}

    static Optional<Outcome> of(Task task, RoutingContext request) {
        boolean whole = TaskResource.isSeen(task, request);
        return whole || ScheduledSyncs.isScheduled(task)
                ? Optional.of(new Outcome(new TaskView(task), whole))
                : Optional.empty();
    }

    private Task task() {
        return view.task();
    }

    /** When it ended or, before that, when it was asked for. */
    public Instant at() {
        return task().finished().orElse(task().created());
    }

    public boolean isScheduled() {
        return ScheduledSyncs.isScheduled(task());
    }

    private Optional<ProgressReport> report(String code) {
        return task().progress().stream()
                .filter(report -> report.code().equals(code))
                .findFirst();
    }

    public long blobs() {
        return report("sync.blobs").map(ProgressReport::done).orElse(0L);
    }

    public long bytes() {
        return report("sync.bytes").map(ProgressReport::done).orElse(0L);
    }

    public long tags() {
        return report("sync.tags").map(ProgressReport::done).orElse(0L);
    }

    public long leftOut() {
        return report("sync.left_out").map(ProgressReport::done).orElse(0L);
    }

    /** The version that it made. */
    public Optional<Long> version() {
        return task().createdResources().stream()
                .flatMap(href -> VersionHref.parse(href).map(VersionHref::number).stream())
                .findFirst();
    }

    /** Empty: the upstream said nothing of a limit. */
    public Optional<Remaining> remaining() {
        return report(RATE_LIMIT)
                .flatMap(report -> report.total().map(limit -> new Remaining(limit - report.done(), limit)));
    }
}
