package dev.lading.tasks;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lading.management.MaintenanceTasks;
import dev.lading.task.TaskService;
import jakarta.inject.Named;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/**
 * Does the tasks that the queue delivers. A task that fails has failed, which its record says; what is thrown here is
 * delivered again, and in the end put into the dead-letter queue.
 */
@Named("tasks")
public final class TaskFunction implements RequestHandler<TaskFunction.Event, Void> {
    private final TaskService tasks;
    private final MaintenanceTasks maintenance;
    private final InstantSource clock;

    TaskFunction(TaskService tasks, MaintenanceTasks maintenance, InstantSource clock) {
        this.tasks = tasks;
        this.maintenance = maintenance;
        this.clock = clock;
    }

    /**
     * What a queue sends, or a schedule.
     *
     * @param messages of the queue
     * @param daily a schedule asks for the tasks of every day
     */
    public record Event(@JsonProperty("Records") List<Message> messages, boolean daily) {
        public Event {
            messages = messages == null ? List.of() : List.copyOf(messages);
        }
    }

    /** @param body the task's id */
    public record Message(String body) {}

    @Override
    public Void handleRequest(Event event, Context context) {
        if (event.daily()) {
            maintenance.startDaily(clock.instant());
        }
        event.messages().forEach(message -> tasks.run(UUID.fromString(message.body())));
        return null;
    }
}
