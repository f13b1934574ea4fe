package dev.lading.tasks;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lading.metadata.RecordJson;
import dev.lading.operation.MaintenanceTasks;
import dev.lading.operation.ScheduledSyncs;
import dev.lading.schedule.SyncMessage;
import dev.lading.task.TaskRunner;
import dev.lading.tasks.Messages.Message;
import dev.lading.work.Worker;
import jakarta.inject.Named;
import java.time.InstantSource;
import java.util.List;

/**
 * Runs the tasks that the queue delivers, and starts due syncs. The failure of a task is stored in its record; on an
 * exception the message is delivered again, and in the end becomes a dead letter, which comes here, too.
 */
@Named("tasks")
public final class TaskFunction implements RequestHandler<TaskFunction.Event, Void> {
    private final TaskRunner runner;
    private final Queues.Source source;
    private final ScheduledSyncs syncs;
    private final MaintenanceTasks maintenance;
    private final InstantSource clock;

    TaskFunction(
            TaskRunner runner, Queues queues, ScheduledSyncs syncs, MaintenanceTasks maintenance, InstantSource clock) {
        this.runner = runner;
        this.source = queues.tasks();
        this.syncs = syncs;
        this.maintenance = maintenance;
        this.clock = clock;
    }

    /**
     * An event of a queue or a schedule.
     *
     * @param messages of the queue: a task's id, or a {@link SyncMessage}
     * @param daily whether the schedule asks for the daily tasks
     */
    public record Event(@JsonProperty("Records") List<Message> messages, boolean daily) {
        public Event {
            messages = messages == null ? List.of() : List.copyOf(messages);
        }
    }

    @Override
    public Void handleRequest(Event event, Context context) {
        if (event.daily()) {
            maintenance.startDaily(clock.instant());
        }
        new Messages(event.messages()).deliver(this::worker, source, context);
        return null;
    }

    private Worker worker(Message message) {
        return message.body().startsWith("{") ? work -> start(message) : runner;
    }

    private void start(Message message) {
        SyncMessage due = RecordJson.read(SyncMessage.class, message.body());
        syncs.start(due.repository(), due.since(), message.sent());
    }
}
