package dev.lading.server;

import dev.lading.embedded.StoredWorkQueue;
import dev.lading.task.TaskService;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.UUID;

/** Has the tasks in the queue done while the server runs. */
@Singleton
final class TaskWorkers {
    private final StoredWorkQueue queue;
    private final TaskService tasks;
    private final Storage storage;

    TaskWorkers(StoredWorkQueue queue, TaskService tasks, Storage storage) {
        this.queue = queue;
        this.tasks = tasks;
        this.storage = storage;
    }

    void start(@Observes StartupEvent event) {
        queue.start(work -> tasks.run(UUID.fromString(work.body())));
        if (storage.exclusive()) {
            tasks.recover();
        }
    }

    void stop(@Observes ShutdownEvent event) {
        queue.close();
    }
}
