package dev.lading.schedule;

import dev.lading.metadata.RecordJson;
import dev.lading.oci.RegistryException.FieldInvalid;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.ConflictException;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindow;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.scheduler.model.ResourceNotFoundException;
import software.amazon.awssdk.services.scheduler.model.Target;
import software.amazon.awssdk.services.scheduler.model.ValidationException;

/**
 * Schedules of Amazon EventBridge Scheduler, one for each repository and named by its id, which put a
 * {@link SyncMessage} into a queue. Their flexible time windows keep them from beginning together.
 */
public final class EventBridgeScheduler implements Scheduler {
    /** Placeholder that EventBridge Scheduler replaces. Source: its user guide, "Adding context attributes". */
    private static final String SCHEDULED_TIME = "<aws.scheduler.scheduled-time>";

    /**
     * The message group of what is due. One for all, which take moments each: none waits behind a task, and many that
     * are due together are started one by one, however many there are.
     */
    static final String MESSAGE_GROUP = "schedules";

    private final SchedulerClient client;
    private final Destination destination;
    private final InstantSource clock;

    /**
     * The schedules' group and target.
     *
     * @param group of the schedules; made with the deployment
     * @param queueArn a FIFO queue with deduplication by content
     * @param roleArn with which messages are sent
     */
    public record Destination(String group, String queueArn, String roleArn) {}

    public EventBridgeScheduler(SchedulerClient client, Destination destination, InstantSource clock) {
        this.client = client;
        this.destination = destination;
        this.clock = clock;
    }

    @Override
    public void set(UUID repository, SyncSchedule schedule) {
        try {
            if (!isSet(repository, schedule) && !update(repository, schedule) && !create(repository, schedule)) {
                update(repository, schedule);
            }
        } catch (ValidationException e) {
            throw new FieldInvalid(
                    SyncSchedule.FIELD,
                    "EventBridge Scheduler does not take this: "
                            + e.awsErrorDetails().errorMessage());
        }
    }

    /** Whether an equal schedule exists: changing it could cost a message whose time window has begun. */
    private boolean isSet(UUID repository, SyncSchedule schedule) {
        try {
            var found = client.getSchedule(r -> r.groupName(destination.group()).name(repository.toString()));
            return schedule.expression().equals(found.scheduleExpression())
                    && schedule.timezone().getId().equals(found.scheduleExpressionTimezone())
                    && message(repository, schedule).equals(found.target().input())
                    && destination.queueArn().equals(found.target().arn())
                    && MESSAGE_GROUP.equals(found.target().sqsParameters().messageGroupId())
                    && destination.roleArn().equals(found.target().roleArn());
        } catch (ResourceNotFoundException e) {
            return false;
        }
    }

    /** @return false: there is none */
    private boolean update(UUID repository, SyncSchedule schedule) {
        try {
            client.updateSchedule(r -> r.groupName(destination.group())
                    .name(repository.toString())
                    .scheduleExpression(schedule.expression())
                    .scheduleExpressionTimezone(schedule.timezone().getId())
                    .startDate(start(schedule).orElse(null))
                    .flexibleTimeWindow(window(schedule))
                    .target(target(repository, schedule)));
            return true;
        } catch (ResourceNotFoundException e) {
            return false;
        }
    }

    /** @return false: another writer was first */
    private boolean create(UUID repository, SyncSchedule schedule) {
        try {
            client.createSchedule(r -> r.groupName(destination.group())
                    .name(repository.toString())
                    .scheduleExpression(schedule.expression())
                    .scheduleExpressionTimezone(schedule.timezone().getId())
                    .startDate(start(schedule).orElse(null))
                    .flexibleTimeWindow(window(schedule))
                    .target(target(repository, schedule)));
            return true;
        } catch (ConflictException e) {
            return false;
        }
    }

    /** The start, from which a rate is counted; without it, the first message would be sent at once. */
    private Optional<Instant> start(SyncSchedule schedule) {
        return schedule.isRate() ? schedule.next(clock.instant()) : Optional.empty();
    }

    private static FlexibleTimeWindow window(SyncSchedule schedule) {
        Duration window = schedule.window();
        return window.toMinutes() == 0
                ? FlexibleTimeWindow.builder().mode(FlexibleTimeWindowMode.OFF).build()
                : FlexibleTimeWindow.builder()
                        .mode(FlexibleTimeWindowMode.FLEXIBLE)
                        .maximumWindowInMinutes((int) window.toMinutes())
                        .build();
    }

    private Target target(UUID repository, SyncSchedule schedule) {
        return Target.builder()
                .arn(destination.queueArn())
                .roleArn(destination.roleArn())
                .input(message(repository, schedule))
                .sqsParameters(p -> p.messageGroupId(MESSAGE_GROUP))
                .build();
    }

    private static String message(UUID repository, SyncSchedule schedule) {
        return RecordJson.write(new SyncMessage(repository, schedule.since(), SCHEDULED_TIME));
    }

    @Override
    public void remove(UUID repository) {
        try {
            client.deleteSchedule(r -> r.groupName(destination.group()).name(repository.toString()));
        } catch (ResourceNotFoundException gone) {
            // As requested.
        }
    }
}
