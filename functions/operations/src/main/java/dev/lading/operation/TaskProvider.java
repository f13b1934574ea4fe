package dev.lading.operation;

import dev.lading.task.TaskHandler;
import java.util.List;

/** The handlers of some tasks. */
public interface TaskProvider {
    List<TaskHandler> handlers();
}
