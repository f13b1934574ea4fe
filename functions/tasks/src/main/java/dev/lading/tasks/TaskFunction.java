package dev.lading.tasks;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lading.management.MaintenanceTasks;
import dev.lading.management.ScheduledSyncs;
import dev.lading.management.api.Json;
import dev.lading.schedule.SyncMessage;
import dev.lading.task.TaskService;
import jakarta.inject.Named;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Does the tasks that the queue delivers, and starts the syncs that are due. A task that fails has failed, which its record says; what is thrown here is
 * delivered again, and in the end put into the dead-letter queue.
 */
@Named("tasks")
public final class TaskFunction implements RequestHandler<TaskFunction.Event, Void> {
    private final TaskService tasks;
    private final ScheduledSyncs syncs;
    private final MaintenanceTasks maintenance;
    private final InstantSource clock;

    TaskFunction(TaskService tasks, ScheduledSyncs syncs, MaintenanceTasks maintenance, InstantSource clock) {
        this.tasks = tasks;
        this.syncs = syncs;
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

    /**
     * @param body a task's id, or a {@link SyncMessage}
     * @param attributes of SQS
     */
    public record Message(String body, Map<String, String> attributes) {
        /** However often it is delivered. Source: Amazon SQS, "Message system attributes". */
        Instant sent() {
            return Instant.ofEpochMilli(Long.parseLong(attributes.get("SentTimestamp")));
        }
    }

    @Override
    public Void handleRequest(Event event, Context context) {
        if (event.daily()) {
            maintenance.startDaily(clock.instant());
        }
        event.messages().forEach(this::take);
        return null;
    }

    private void take(Message message) {
        if (message.body().startsWith("{")) {
            SyncMessage due = Json.read(message.body(), SyncMessage.class);
            syncs.start(due.repository(), due.since(), message.sent());
        } else {
            tasks.run(UUID.fromString(message.body()));
        }
    }
}
