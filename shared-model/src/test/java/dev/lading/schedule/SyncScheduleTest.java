package dev.lading.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.oci.RegistryException.FieldInvalid;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Due times of schedules. Source: EventBridge Scheduler, "Schedule types". */
class SyncScheduleTest {
    private static final Instant NEW_YEAR = Instant.parse("2026-01-01T00:00:00Z");

    private static SyncSchedule schedule(String expression, String zone, Instant since) {
        return SyncSchedule.parse(expression, zone, since, false, false, false);
    }

    private static List<String> runs(SyncSchedule schedule, Instant after, int count) {
        List<String> runs = new ArrayList<>();
        Optional<Instant> next = schedule.next(after);
        while (next.isPresent() && runs.size() < count) {
            runs.add(next.get().toString().replace(":00Z", "Z"));
            next = schedule.next(next.get());
        }
        return runs;
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "rate(1 minute)                 | 2026-01-01T00:01Z 2026-01-01T00:02Z 2026-01-01T00:03Z",
                "rate(6 hours)                  | 2026-01-01T06:00Z 2026-01-01T12:00Z 2026-01-01T18:00Z",
                "rate(1 day)                    | 2026-01-02T00:00Z 2026-01-03T00:00Z 2026-01-04T00:00Z",
                "cron(0 6 * * ? *)              | 2026-01-01T06:00Z 2026-01-02T06:00Z 2026-01-03T06:00Z",
                "cron(30 0 ? * * *)             | 2026-01-01T00:30Z 2026-01-02T00:30Z 2026-01-03T00:30Z",
                "cron(*/20 * * * ? *)           | 2026-01-01T00:20Z 2026-01-01T00:40Z 2026-01-01T01:00Z",
                "cron(5/25 3 * * ? *)           | 2026-01-01T03:05Z 2026-01-01T03:30Z 2026-01-01T03:55Z",
                "cron(5-10/2 0 * * ? *)         | 2026-01-01T00:05Z 2026-01-01T00:07Z 2026-01-01T00:09Z",
                "cron(0 8-9,17 ? * MON-FRI *)   | 2026-01-01T08:00Z 2026-01-01T09:00Z 2026-01-01T17:00Z",
                "cron(0 6 ? * mon-fri *)        | 2026-01-01T06:00Z 2026-01-02T06:00Z 2026-01-05T06:00Z",
                "cron(0 6 ? * 2-6 *)            | 2026-01-01T06:00Z 2026-01-02T06:00Z 2026-01-05T06:00Z",
                "cron(0 0 ? * 1 *)              | 2026-01-04T00:00Z 2026-01-11T00:00Z 2026-01-18T00:00Z",
                "cron(0 0 ? * SUN,SAT *)        | 2026-01-03T00:00Z 2026-01-04T00:00Z 2026-01-10T00:00Z",
                "cron(0 0 1 JAN,JUL ? *)        | 2026-07-01T00:00Z 2027-01-01T00:00Z 2027-07-01T00:00Z",
                "cron(0 0 1 1/3 ? *)            | 2026-04-01T00:00Z 2026-07-01T00:00Z 2026-10-01T00:00Z",
                "cron(0 0 31 * ? *)             | 2026-01-31T00:00Z 2026-03-31T00:00Z 2026-05-31T00:00Z",
                "cron(0 0 29 2 ? *)             | 2028-02-29T00:00Z 2032-02-29T00:00Z 2036-02-29T00:00Z",
                "cron(0 0 L * ? *)              | 2026-01-31T00:00Z 2026-02-28T00:00Z 2026-03-31T00:00Z",
                "cron(0 0 L 2 ? *)              | 2026-02-28T00:00Z 2027-02-28T00:00Z 2028-02-29T00:00Z",
                "cron(0 0 LW * ? *)             | 2026-01-30T00:00Z 2026-02-27T00:00Z 2026-03-31T00:00Z",
                "cron(0 0 1W * ? *)             | 2026-02-02T00:00Z 2026-03-02T00:00Z 2026-04-01T00:00Z",
                "cron(0 1 1W * ? *)             | 2026-01-01T01:00Z 2026-02-02T01:00Z 2026-03-02T01:00Z",
                "cron(0 0 15W * ? *)            | 2026-01-15T00:00Z 2026-02-16T00:00Z 2026-03-16T00:00Z",
                "cron(0 0 14W 2,3 ? *)          | 2026-02-13T00:00Z 2026-03-13T00:00Z 2027-02-15T00:00Z",
                "cron(0 0 ? * L *)              | 2026-01-03T00:00Z 2026-01-10T00:00Z 2026-01-17T00:00Z",
                "cron(0 0 ? * 6L *)             | 2026-01-30T00:00Z 2026-02-27T00:00Z 2026-03-27T00:00Z",
                "cron(0 0 ? * FRIL *)           | 2026-01-30T00:00Z 2026-02-27T00:00Z 2026-03-27T00:00Z",
                "cron(0 0 ? * 3#2 *)            | 2026-01-13T00:00Z 2026-02-10T00:00Z 2026-03-10T00:00Z",
                "cron(0 0 ? * MON#1 *)          | 2026-01-05T00:00Z 2026-02-02T00:00Z 2026-03-02T00:00Z",
                "cron(0 0 ? * 2#5 *)            | 2026-03-30T00:00Z 2026-06-29T00:00Z 2026-08-31T00:00Z",
                "cron(0 0 1 11 ? 2026-2030/2)   | 2026-11-01T00:00Z 2028-11-01T00:00Z 2030-11-01T00:00Z",
                "cron(0 0 1 1 ? 2027,2040)      | 2027-01-01T00:00Z 2040-01-01T00:00Z",
                "cron(0 12 24 DEC ? 2026)       | 2026-12-24T12:00Z",
            })
    void a_schedule_is_due(String expression, String expected) {
        assertThat(runs(schedule(expression, "UTC", NEW_YEAR), NEW_YEAR, 3))
                .containsExactly(expected.strip().split(" "));
    }

    /** In Berlin, 02:00 to 03:00 is skipped on 29 March 2026 and repeated on 25 October 2026. */
    @ParameterizedTest(name = "{0} in {1} after {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "cron(0 6 * * ? *)    | Europe/Berlin    | 2026-03-28T00:00 | 2026-03-28T05:00Z 2026-03-29T04:00Z 2026-03-30T04:00Z",
                "cron(30 2 * * ? *)   | Europe/Berlin    | 2026-03-28T00:00 | 2026-03-28T01:30Z 2026-03-30T00:30Z 2026-03-31T00:30Z",
                "cron(0 1-4 * * ? *)  | Europe/Berlin    | 2026-03-29T00:00 | 2026-03-29T00:00Z 2026-03-29T01:00Z 2026-03-29T02:00Z",
                "cron(30 2 * * ? *)   | Europe/Berlin    | 2026-10-24T00:00 | 2026-10-24T00:30Z 2026-10-25T00:30Z 2026-10-26T01:30Z",
                "cron(0/30 * * * ? *) | Europe/Berlin    | 2026-10-25T02:00 | 2026-10-25T00:30Z 2026-10-25T02:00Z 2026-10-25T02:30Z",
                "rate(1 day)          | Europe/Berlin    | 2026-03-28T12:00 | 2026-03-29T11:00Z 2026-03-30T11:00Z 2026-03-31T11:00Z",
                "rate(1 hour)         | Europe/Berlin    | 2026-10-25T01:00 | 2026-10-25T00:00Z 2026-10-25T01:00Z 2026-10-25T02:00Z",
                "cron(15 0 1 * ? *)   | Asia/Kolkata     | 2026-01-01T00:00 | 2025-12-31T18:45Z 2026-01-31T18:45Z 2026-02-28T18:45Z",
                "cron(0 0 ? * MON *)  | Pacific/Auckland | 2026-01-01T00:00 | 2026-01-04T11:00Z 2026-01-11T11:00Z 2026-01-18T11:00Z",
                "cron(15 2 * * ? *)   | Australia/Lord_Howe | 2026-10-03T00:00 | 2026-10-02T15:45Z 2026-10-04T15:15Z 2026-10-05T15:15Z",
            })
    void clocks_that_change_make_no_run_come_twice(String expression, String zone, String local, String expected) {
        Instant after =
                LocalDateTime.parse(local.strip()).atZone(ZoneId.of(zone)).toInstant();

        assertThat(runs(schedule(expression, zone, after), after, 3))
                .containsExactly(expected.strip().split(" "));
    }

    @Test
    void from_within_the_hour_that_comes_twice_it_goes_on_behind_it() {
        SyncSchedule everyMinute = schedule("cron(* * * * ? *)", "Europe/Berlin", NEW_YEAR);

        assertThat(everyMinute.next(Instant.parse("2026-10-25T01:10:00Z")))
                .contains(Instant.parse("2026-10-25T02:00:00Z"));
    }

    @Test
    void a_rate_counts_from_when_it_was_set() {
        SyncSchedule schedule = schedule("rate(5 hours)", "UTC", NEW_YEAR.plusSeconds(7));

        assertThat(runs(schedule, NEW_YEAR.plus(Duration.ofDays(1)), 2))
                .containsExactly("2026-01-02T01:00:07Z", "2026-01-02T06:00:07Z");
        assertThat(runs(schedule, NEW_YEAR, 1)).containsExactly("2026-01-01T05:00:07Z");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "",
                "6 hours",
                "hourly",
                "rate()",
                "rate(0 hours)",
                "rate(-1 hours)",
                "rate(1.5 hours)",
                "rate(1 week)",
                "rate(100000 days)",
                "rate(1 hour) ,",
                "at(2026-01-01T00:00:00)",
                "cron()",
                "cron(0 6 * * *)",
                "cron(0 0 6 * * ? *)",
                "cron(0 0 * * * *)",
                "cron(0 0 ? * ? *)",
                "cron(60 0 * * ? *)",
                "cron(0 24 * * ? *)",
                "cron(0 0 0 * ? *)",
                "cron(0 0 32 * ? *)",
                "cron(0 0 1 13 ? *)",
                "cron(0 0 ? * 0 *)",
                "cron(0 0 ? * 8 *)",
                "cron(0 0 ? * FOO *)",
                "cron(0 0 ? * FRI-MON *)",
                "cron(0 0 1 * ? 1969)",
                "cron(0 0 1 * ? 2200)",
                "cron(0 0 1 1 ? 2020)",
                "cron(0 0 30 2 ? *)",
                "cron(0 0 29 2 ? 2027)",
                "cron(0 0 1,L * ? *)",
                "cron(0 0 L-3 * ? *)",
                "cron(0 0 1W,15W * ? *)",
                "cron(0 0 31W * ? *)",
                "cron(0 0 ? * 2#6 *)",
                "cron(0 0 ? * 3#1,6#3 *)",
                "cron(0 0 ? * 2L,3L *)",
                "cron(0/0 0 * * ? *)",
                "cron(10-5 0 * * ? *)",
                "cron(a b c d e f)",
                "cron(@daily)",
            })
    void what_is_no_schedule_is_refused_with_a_sentence(String expression) {
        assertThatThrownBy(() -> schedule(expression, "UTC", NEW_YEAR))
                .isInstanceOfSatisfying(
                        FieldInvalid.class, e -> assertThat(e.field()).isEqualTo("sync_schedule"))
                .hasMessageContaining(" ");
    }

    @Test
    void an_endless_expression_is_refused() {
        assertThatThrownBy(() -> schedule("cron(" + "0,".repeat(200) + "0 0 * * ? *)", "UTC", NEW_YEAR))
                .hasMessageContaining("256");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"", "Mars/Olympus", "+02:00", "UTC+1", "europe/berlin"})
    void what_is_no_time_zone_is_refused(String zone) {
        assertThatThrownBy(() -> schedule("rate(1 day)", zone, NEW_YEAR))
                .isInstanceOfSatisfying(
                        FieldInvalid.class, e -> assertThat(e.field()).isEqualTo("sync_schedule_timezone"));
    }

    @ParameterizedTest(name = "{0} begins within {1}")
    @CsvSource({
        "rate(1 minute), PT6S",
        "rate(1 hour), PT6M",
        "rate(6 hours), PT15M",
        "cron(0/5 * * * ? *), PT30S",
        "'cron(0,10 6 ? * * *)', PT1M",
        "cron(0 6 * * ? *), PT15M",
        "cron(0 12 24 DEC ? 2026), PT15M",
    })
    void the_window_is_a_small_part_of_the_distance(String expression, Duration window) {
        SyncSchedule schedule = schedule(expression, "UTC", NEW_YEAR);

        assertThat(schedule.window()).isEqualTo(window);
        var random = new Random(1);
        List<Duration> delays = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            Duration delay = schedule.delay(new UUID(random.nextLong(), random.nextLong()));
            assertThat(delay).isGreaterThanOrEqualTo(Duration.ZERO).isLessThan(window);
            delays.add(delay);
        }
        assertThat(delays.stream().distinct().count()).isGreaterThan(window.toSeconds() / 2);
    }
}
