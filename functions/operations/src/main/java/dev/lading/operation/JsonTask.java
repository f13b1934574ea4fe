package dev.lading.operation;

import dev.lading.task.TaskHandler;
import dev.lading.task.TaskRun;
import java.io.IOException;

/**
 * A handler of tasks whose arguments are a record.
 *
 * @param isRepeatable whether an interrupted task may be run again
 */
public record JsonTask<A extends Record>(String name, boolean isRepeatable, Class<A> arguments, Steps<A> steps)
        implements TaskHandler {
    /** The work of the task. */
    @FunctionalInterface
    public interface Steps<A> {
        Outcome run(A arguments, TaskRun run) throws IOException;
    }

    @Override
    public Outcome run(String json, TaskRun run) throws IOException {
        return steps.run(TaskJson.read(json, arguments), run);
    }
}
