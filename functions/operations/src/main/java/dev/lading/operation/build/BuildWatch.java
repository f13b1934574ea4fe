package dev.lading.operation.build;

import dev.lading.task.TaskRun;

/** Told how a build goes on. */
public interface BuildWatch {
    /** Ends the build, by what it throws, when nobody wants it any more. */
    void check();

    /**
     * Tells at which step the build is.
     *
     * @param platform of which image, from 1
     */
    void step(int platform, int number, int of);

    /** Tells how many steps were not run, since the cache has what they made. */
    void cached(long steps);

    /** Reports to a task. */
    static BuildWatch of(TaskRun run, int platforms) {
        return new TaskBuildWatch(run, platforms);
    }
}
