package dev.lading.task;

import dev.lading.oci.RegistryException.StoreBusy;
import dev.lading.work.Work;
import dev.lading.work.Worker;
import java.util.UUID;

/** Does the tasks that {@link TaskService} queued. */
public record TaskWorker(TaskService tasks) implements Worker {
    @Override
    public void work(Work work) {
        UUID task = UUID.fromString(work.body());
        try {
            tasks.run(task);
        } catch (StoreBusy e) {
            // Before it could begin, or when its end was to be noted: that is no fault of the task.
            tasks.deliverAgain(task);
        }
    }

    @Override
    public void putAside(Work work) {
        tasks.fail(UUID.fromString(work.body()), "the server failed again and again; its log says why");
    }
}
