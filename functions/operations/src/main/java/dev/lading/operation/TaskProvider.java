package dev.lading.operation;

import dev.lading.task.TaskHandler;
import java.util.List;

/** Knows how some tasks are done. */
public interface TaskProvider {
    List<TaskHandler> handlers();
}
