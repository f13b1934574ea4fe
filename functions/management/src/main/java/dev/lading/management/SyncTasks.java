package dev.lading.management;

import dev.lading.sync.SyncTask;
import dev.lading.task.TaskHandler;
import jakarta.inject.Singleton;
import java.util.List;

/** Has syncs done as tasks. */
@Singleton
public class SyncTasks implements TaskProvider {
    private final SyncTask sync;

    public SyncTasks(SyncTask sync) {
        this.sync = sync;
    }

    @Override
    public List<TaskHandler> handlers() {
        return List.of(sync);
    }
}
