package dev.lading.task;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A running task as its handler sees it: takes reports, and stops the handler. */
public final class TaskRun {
    private static final Duration BETWEEN_WRITES = Duration.ofSeconds(1);

    private final TaskId task;
    private final InstantSource clock;
    private final Consumer<List<ProgressReport>> write;
    private final Map<String, ProgressReport> reports = new LinkedHashMap<>();
    private Instant written;

    /**
     * @param written when reports were stored last
     * @param write stores reports; throws {@link Stopped} when the task is to stop
     */
    TaskRun(Task task, Instant written, InstantSource clock, Consumer<List<ProgressReport>> write) {
        this.task = task.id();
        this.clock = clock;
        this.write = write;
        this.written = written;
        task.progress().forEach(report -> reports.put(report.code(), report));
    }

    /** The task was canceled, or another process took it over. */
    static final class Stopped extends RuntimeException {
        Stopped() {
            super(null, null, false, false);
        }
    }

    /** Id of the task. */
    public TaskId task() {
        return task;
    }

    /**
     * Reports the progress of a part of the task. Handlers call it between any two slow steps; a canceled task ends
     * then.
     *
     * @param total empty: not known yet
     */
    public void report(String code, String message, long done, Optional<Long> total) {
        TaskState state = total.filter(all -> done >= all).isPresent() ? TaskState.COMPLETED : TaskState.RUNNING;
        report(new ProgressReport(code, message, state, total, done));
    }

    /** Reports the progress of a part with a state of its own. */
    public void report(ProgressReport part) {
        reports.put(part.code(), part);
        check();
    }

    /** Ends a canceled task, as a report does, where there is nothing to report. Usually costs nothing. */
    public void check() {
        Instant now = clock.instant();
        if (!now.isBefore(written.plus(BETWEEN_WRITES))) {
            write.accept(reports());
            written = now;
        }
    }

    List<ProgressReport> reports() {
        return new ArrayList<>(reports.values());
    }
}
