package dev.lading.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.oci.RegistryException.StoreBusy;
import dev.lading.schedule.SyncSchedule;
import dev.lading.schedule.SyncStarter;
import dev.lading.testing.TestClock;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredSchedulerTest {
    /** A repository without delay. */
    private static final UUID PUNCTUAL = new UUID(7, 0);

    private final TestClock clock = new TestClock();
    private final Instant start = clock.instant();
    private final List<String> started = new ArrayList<>();

    @TempDir
    private Path folder;

    private SqliteMetadataStore metadata;
    private StoredScheduler scheduler;

    @BeforeEach
    void open() throws IOException, SQLException {
        metadata = new SqliteMetadataStore(folder.resolve("lading.db"), new DiskSpace(folder));
        scheduler = process();
    }

    @AfterEach
    void close() throws IOException, SQLException {
        metadata.close();
    }

    private StoredScheduler process() {
        return new StoredScheduler(metadata, clock);
    }

    private void note(UUID repository, Instant since, Instant due) {
        started.add(repository.getLeastSignificantBits() + " due "
                + Duration.between(start, due).toMinutes() + " started "
                + Duration.between(start, clock.instant()).toMinutes());
    }

    private SyncSchedule every(String rate) {
        return SyncSchedule.parse("rate(" + rate + ")", "UTC", clock.instant(), false, false, false);
    }

    private Instant after(Duration duration) {
        return start.plus(duration);
    }

    @Test
    void a_sync_starts_when_it_is_due_and_again() {
        scheduler.set(PUNCTUAL, every("1 hour"));

        assertThat(scheduler.startDue(this::note)).contains(after(Duration.ofHours(1)));
        assertThat(started).isEmpty();
        clock.advance(Duration.ofHours(1));
        assertThat(scheduler.startDue(this::note)).contains(after(Duration.ofHours(2)));
        assertThat(scheduler.startDue(this::note)).contains(after(Duration.ofHours(2)));
        clock.advance(Duration.ofHours(1));
        scheduler.startDue(this::note);

        assertThat(started).containsExactly("0 due 60 started 60", "0 due 120 started 120");
    }

    @Test
    void the_next_process_goes_on_and_starts_once_what_was_missed() {
        scheduler.set(PUNCTUAL, every("1 hour"));
        clock.advance(Duration.ofMinutes(5 * 60 + 30));

        assertThat(process().startDue(this::note)).contains(after(Duration.ofHours(6)));

        assertThat(started).containsExactly("0 due 60 started 330");
    }

    @Test
    void what_is_due_starts_in_order_and_each_repository_a_little_later() {
        UUID late = new UUID(7, 40);
        scheduler.set(late, every("10 minutes"));
        scheduler.set(PUNCTUAL, every("10 minutes"));
        clock.advance(Duration.ofMinutes(10));

        assertThat(scheduler.startDue(this::note)).contains(after(Duration.ofSeconds(640)));
        assertThat(started).containsExactly("0 due 10 started 10");
        clock.advance(Duration.ofSeconds(40));
        assertThat(scheduler.startDue(this::note)).contains(after(Duration.ofMinutes(20)));

        assertThat(started).containsExactly("0 due 10 started 10", "40 due 10 started 10");
    }

    @Test
    void setting_it_again_changes_nothing_and_another_takes_its_place() {
        SyncSchedule hourly = every("1 hour");
        scheduler.set(PUNCTUAL, hourly);
        clock.advance(Duration.ofMinutes(30));
        scheduler.set(PUNCTUAL, hourly);
        assertThat(scheduler.startDue(this::note)).contains(after(Duration.ofHours(1)));

        scheduler.set(PUNCTUAL, every("3 hours"));
        clock.advance(Duration.ofHours(1));

        assertThat(scheduler.startDue(this::note)).contains(after(Duration.ofMinutes(210)));
        assertThat(started).isEmpty();
    }

    @Test
    void how_it_is_synced_may_change_while_it_is_about_to_start() {
        UUID late = new UUID(7, 40);
        SyncSchedule schedule = every("10 minutes");
        scheduler.set(late, schedule);
        clock.advance(Duration.ofMinutes(10));
        scheduler.set(
                late,
                SyncSchedule.parse(schedule.expression(), "UTC", clock.instant(), true, false, true)
                        .inPlaceOf(schedule));

        assertThat(scheduler.startDue(this::note)).contains(after(Duration.ofSeconds(640)));
    }

    @Test
    void what_is_removed_never_starts() {
        scheduler.set(PUNCTUAL, every("1 hour"));
        scheduler.remove(PUNCTUAL);
        scheduler.remove(PUNCTUAL);
        clock.advance(Duration.ofHours(1));

        assertThat(scheduler.startDue(this::note)).isEmpty();
        assertThat(started).isEmpty();
    }

    @Test
    void a_schedule_that_ends_is_forgotten() {
        scheduler.set(
                PUNCTUAL, SyncSchedule.parse("cron(0 12 1 JAN ? 2026)", "UTC", clock.instant(), false, false, false));
        clock.advance(Duration.ofHours(12));

        assertThat(scheduler.startDue(this::note)).isEmpty();
        assertThat(started).containsExactly("0 due 720 started 720");
    }

    @Test
    void a_start_that_fails_holds_up_no_other_and_is_tried_again() {
        UUID full = new UUID(6, 0);
        SyncStarter failing = (repository, since, due) -> {
            if (repository.equals(full) && clock.instant().isBefore(after(Duration.ofMinutes(61)))) {
                throw new StoreBusy("too many tasks are waiting", Duration.ofSeconds(1));
            }
            note(repository, since, due);
        };
        scheduler.set(full, every("1 hour"));
        scheduler.set(PUNCTUAL, every("1 hour"));
        clock.advance(Duration.ofHours(1));

        assertThat(scheduler.startDue(failing)).contains(after(Duration.ofMinutes(61)));
        assertThat(started).containsExactly("0 due 60 started 60");
        clock.advance(Duration.ofMinutes(1));
        assertThat(scheduler.startDue(failing)).contains(after(Duration.ofHours(2)));

        assertThat(started).containsExactly("0 due 60 started 60", "0 due 60 started 61");
    }

    @Test
    void a_schedule_that_is_set_while_it_starts_stands() {
        SyncSchedule daily = every("1 day");
        scheduler.set(PUNCTUAL, every("1 hour"));
        clock.advance(Duration.ofHours(1));

        assertThat(scheduler.startDue((repository, since, due) -> process().set(repository, daily)))
                .contains(after(Duration.ofDays(1)));
    }

    @Test
    void the_thread_starts_what_it_is_told_of_while_it_waits() throws InterruptedException {
        var begun = new CountDownLatch(1);
        scheduler.set(PUNCTUAL, every("1 hour"));
        try (var running = process()) {
            running.start((repository, since, due) -> begun.countDown());
            clock.advance(Duration.ofHours(1));
            // Wakes the thread, which the clock does not.
            running.set(new UUID(8, 0), every("1 hour"));

            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
