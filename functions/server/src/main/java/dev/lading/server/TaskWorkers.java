package dev.lading.server;

import dev.lading.oci.RegistryException.StoreFull;
import dev.lading.sync.BlobCopier;
import dev.lading.task.TaskRunner;
import dev.lading.task.Tasks;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Runs the workers of the queues while the server runs. */
@Singleton
final class TaskWorkers {
    private static final Logger LOG = Logger.getLogger(TaskWorkers.class);

    private final TaskQueues queues;
    private final Tasks tasks;
    private final TaskRunner runner;
    private final BlobCopier copier;
    private final Storage storage;

    TaskWorkers(TaskQueues queues, Tasks tasks, TaskRunner runner, BlobCopier copier, Storage storage) {
        this.queues = queues;
        this.tasks = tasks;
        this.runner = runner;
        this.copier = copier;
        this.storage = storage;
    }

    void start(@Observes StartupEvent event) {
        queues.tasks().start(runner);
        queues.copies().start(copier);
        if (storage.exclusive()) {
            recover();
        }
    }

    /** On a full disk, what was interrupted waits for the next start: pulls need nothing of it. */
    private void recover() {
        try {
            tasks.recover();
        } catch (StoreFull e) {
            LOG.warnf("tasks that were interrupted wait for the next start: %s", e.getMessage());
        }
    }

    void stop(@Observes ShutdownEvent event) {
        queues.copies().close();
        queues.tasks().close();
    }
}
