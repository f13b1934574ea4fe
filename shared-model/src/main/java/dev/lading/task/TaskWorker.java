package dev.lading.task;

import dev.lading.work.Work;
import dev.lading.work.Worker;
import java.util.UUID;

/** Does the tasks that {@link TaskService} queued. */
public record TaskWorker(TaskService tasks) implements Worker {
    @Override
    public void work(Work work) {
        tasks.run(UUID.fromString(work.body()));
    }

    @Override
    public void putAside(Work work) {
        tasks.fail(UUID.fromString(work.body()), "the server failed again and again; its log says why");
    }
}
