package dev.lading.management;

import dev.lading.management.TaskResource.Purge;
import dev.lading.task.TaskHandler;
import dev.lading.task.TaskHandler.Outcome;
import dev.lading.task.TaskRun;
import dev.lading.task.TaskService;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.List;

/** Tasks that tidy up. */
@Singleton
public class MaintenanceTasks implements TaskProvider {
    /** Asked for late: it knows this. */
    private final Provider<TaskService> tasks;

    public MaintenanceTasks(Provider<TaskService> tasks) {
        this.tasks = tasks;
    }

    @Override
    public List<TaskHandler> handlers() {
        return List.of(new JsonTask<>(TaskResource.PURGE, true, Purge.class, this::purge));
    }

    private Outcome purge(Purge purge, TaskRun run) {
        tasks.get().purge(purge.taskStates(), purge.finishedBefore(), run);
        return Outcome.NOTHING;
    }
}
