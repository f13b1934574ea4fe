package dev.lading.operation.build;

import dev.lading.task.ProgressReport;
import dev.lading.task.TaskRun;
import dev.lading.task.TaskState;
import java.util.Optional;

/** Reports a build's steps, of all its platforms in one count, as a task's progress. */
final class TaskBuildWatch implements BuildWatch {
    private final TaskRun run;
    private final int platforms;

    TaskBuildWatch(TaskRun run, int platforms) {
        this.run = run;
        this.platforms = platforms;
    }

    @Override
    public void check() {
        run.check();
    }

    @Override
    public void step(int platform, int number, int of) {
        long done = (platform - 1L) * of + number - 1;
        run.report("build.steps", "Built steps", done, Optional.of((long) platforms * of));
    }

    @Override
    public void cached(long steps) {
        run.report(
                new ProgressReport("build.cached", "Steps from the cache", TaskState.RUNNING, Optional.empty(), steps));
    }
}
