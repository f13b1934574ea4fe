package dev.lading.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.testing.TestClock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.ConflictException;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.DeleteScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.DeleteScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.GetScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.GetScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.ResourceNotFoundException;
import software.amazon.awssdk.services.scheduler.model.UpdateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.UpdateScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.ValidationException;

/** Tests against schedules in memory, which never fire; localstack-tests use the emulator's, which do. */
class EventBridgeSchedulerTest {
    private static final UUID REPOSITORY = UUID.fromString("019b76da-a800-79c0-9dc6-470461c0b2de");

    private final TestClock clock = new TestClock();
    private final Schedules schedules = new Schedules();
    private final EventBridgeScheduler scheduler = new EventBridgeScheduler(
            schedules, new EventBridgeScheduler.Destination("syncs", "arn:queue", "arn:role"), clock);

    private SyncSchedule schedule(String expression) {
        return SyncSchedule.parse(expression, "Europe/Berlin", clock.instant(), false, false, false);
    }

    @Test
    void a_schedule_is_one_of_the_group_and_leads_to_the_queue() {
        scheduler.set(REPOSITORY, schedule("cron(0 6 ? * MON-FRI *)"));

        CreateScheduleRequest stored = schedules.stored.get("syncs/" + REPOSITORY);
        assertThat(stored.scheduleExpression()).isEqualTo("cron(0 6 ? * MON-FRI *)");
        assertThat(stored.scheduleExpressionTimezone()).isEqualTo("Europe/Berlin");
        assertThat(stored.startDate()).isNull();
        assertThat(stored.flexibleTimeWindow().modeAsString()).isEqualTo("FLEXIBLE");
        assertThat(stored.flexibleTimeWindow().maximumWindowInMinutes()).isEqualTo(15);
        assertThat(stored.target().arn()).isEqualTo("arn:queue");
        assertThat(stored.target().roleArn()).isEqualTo("arn:role");
        assertThat(stored.target().sqsParameters().messageGroupId()).isEqualTo("schedules");
        assertThat(stored.target().input())
                .isEqualTo("{\"repository\":\"" + REPOSITORY
                        + "\",\"since\":\"2026-01-01T00:00:00Z\",\"scheduled\":\"<aws.scheduler.scheduled-time>\"}");
    }

    @Test
    void a_rate_is_counted_from_when_it_was_set() {
        SyncSchedule everyFive = schedule("rate(5 minutes)");
        scheduler.set(REPOSITORY, everyFive);
        assertThat(schedules.stored.get("syncs/" + REPOSITORY).startDate())
                .isEqualTo(clock.instant().plus(Duration.ofMinutes(5)));
        assertThat(schedules
                        .stored
                        .get("syncs/" + REPOSITORY)
                        .flexibleTimeWindow()
                        .modeAsString())
                .isEqualTo("OFF");

        schedules.stored.clear();
        clock.advance(Duration.ofMinutes(7));
        scheduler.set(REPOSITORY, everyFive);

        assertThat(schedules.stored.get("syncs/" + REPOSITORY).startDate())
                .isEqualTo(clock.instant().plus(Duration.ofMinutes(3)));
    }

    @Test
    void setting_it_again_changes_nothing() {
        SyncSchedule everyFive = schedule("rate(5 minutes)");
        scheduler.set(REPOSITORY, everyFive);
        CreateScheduleRequest stored = schedules.stored.get("syncs/" + REPOSITORY);

        clock.advance(Duration.ofMinutes(7));
        scheduler.set(REPOSITORY, everyFive);

        assertThat(schedules.stored).containsValue(stored);
        scheduler.set(REPOSITORY, schedule("rate(5 minutes)"));
        assertThat(schedules.stored).doesNotContainValue(stored);
    }

    @Test
    void one_of_an_earlier_version_gets_the_message_group_of_all() {
        SyncSchedule everyFive = schedule("rate(5 minutes)");
        scheduler.set(REPOSITORY, everyFive);
        schedules.stored.computeIfPresent(
                "syncs/" + REPOSITORY,
                (name, set) -> set.toBuilder()
                        .target(set.target().toBuilder()
                                .sqsParameters(p -> p.messageGroupId(REPOSITORY.toString()))
                                .build())
                        .build());

        scheduler.set(REPOSITORY, everyFive);

        assertThat(schedules
                        .stored
                        .get("syncs/" + REPOSITORY)
                        .target()
                        .sqsParameters()
                        .messageGroupId())
                .isEqualTo("schedules");
    }

    @Test
    void another_takes_its_place() {
        scheduler.set(REPOSITORY, schedule("rate(5 minutes)"));
        scheduler.set(REPOSITORY, schedule("rate(6 hours)"));

        assertThat(schedules.stored).hasSize(1);
        assertThat(schedules.stored.get("syncs/" + REPOSITORY).scheduleExpression())
                .isEqualTo("rate(6 hours)");
    }

    @Test
    void one_that_somebody_else_makes_at_the_same_time_is_changed() {
        schedules.beforeCreate = () -> {
            schedules.beforeCreate = () -> {};
            scheduler.set(REPOSITORY, schedule("rate(5 minutes)"));
        };

        scheduler.set(REPOSITORY, schedule("rate(6 hours)"));

        assertThat(schedules.stored.get("syncs/" + REPOSITORY).scheduleExpression())
                .isEqualTo("rate(6 hours)");
    }

    @Test
    void what_is_removed_is_gone_and_may_be_removed_again() {
        scheduler.set(REPOSITORY, schedule("rate(5 minutes)"));
        scheduler.remove(REPOSITORY);
        scheduler.remove(REPOSITORY);

        assertThat(schedules.stored).isEmpty();
    }

    @Test
    void what_aws_refuses_is_told_in_a_sentence() {
        schedules.beforeCreate = () -> {
            throw ValidationException.builder()
                    .awsErrorDetails(AwsErrorDetails.builder()
                            .errorMessage("Invalid Schedule Expression.")
                            .build())
                    .build();
        };

        assertThatThrownBy(() -> scheduler.set(REPOSITORY, schedule("rate(5 minutes)")))
                .isInstanceOf(FieldInvalid.class)
                .hasMessageContaining("Invalid Schedule Expression.");
    }

    private static final class Schedules implements SchedulerClient {
        private final Map<String, CreateScheduleRequest> stored = new TreeMap<>();
        private Runnable beforeCreate = () -> {};

        @Override
        public CreateScheduleResponse createSchedule(CreateScheduleRequest request) {
            beforeCreate.run();
            if (stored.putIfAbsent(request.groupName() + "/" + request.name(), request) != null) {
                throw ConflictException.builder().build();
            }
            return CreateScheduleResponse.builder().build();
        }

        @Override
        public GetScheduleResponse getSchedule(GetScheduleRequest request) {
            CreateScheduleRequest found = stored.get(request.groupName() + "/" + request.name());
            if (found == null) {
                throw ResourceNotFoundException.builder().build();
            }
            return GetScheduleResponse.builder()
                    .scheduleExpression(found.scheduleExpression())
                    .scheduleExpressionTimezone(found.scheduleExpressionTimezone())
                    .target(found.target())
                    .build();
        }

        @Override
        public UpdateScheduleResponse updateSchedule(UpdateScheduleRequest request) {
            String key = request.groupName() + "/" + request.name();
            if (!stored.containsKey(key)) {
                throw ResourceNotFoundException.builder().build();
            }
            stored.put(
                    key,
                    CreateScheduleRequest.builder()
                            .groupName(request.groupName())
                            .name(request.name())
                            .scheduleExpression(request.scheduleExpression())
                            .scheduleExpressionTimezone(request.scheduleExpressionTimezone())
                            .startDate(request.startDate())
                            .flexibleTimeWindow(request.flexibleTimeWindow())
                            .target(request.target())
                            .build());
            return UpdateScheduleResponse.builder().build();
        }

        @Override
        public DeleteScheduleResponse deleteSchedule(DeleteScheduleRequest request) {
            if (stored.remove(request.groupName() + "/" + request.name()) == null) {
                throw ResourceNotFoundException.builder().build();
            }
            return DeleteScheduleResponse.builder().build();
        }

        @Override
        public String serviceName() {
            return "scheduler";
        }

        @Override
        public void close() {}
    }
}
