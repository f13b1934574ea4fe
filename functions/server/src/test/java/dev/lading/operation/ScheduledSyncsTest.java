package dev.lading.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.audit.Acting;
import dev.lading.distribution.NewNames;
import dev.lading.embedded.DiskSpace;
import dev.lading.embedded.SqliteMetadataStore;
import dev.lading.embedded.StoredScheduler;
import dev.lading.history.Repository;
import dev.lading.history.RepositorySettings;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Labels;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.operation.ScheduledSyncs.Last;
import dev.lading.remote.RemoteId;
import dev.lading.repository.RepositoryService;
import dev.lading.schedule.SyncSchedule;
import dev.lading.task.Task;
import dev.lading.task.TaskHandler;
import dev.lading.task.TaskId;
import dev.lading.task.TaskRun;
import dev.lading.task.TaskRunner;
import dev.lading.task.TaskState;
import dev.lading.task.Tasks;
import dev.lading.testing.TestClock;
import dev.lading.work.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schedules from the settings to the task, on the embedded stores. The queue is a list, and the clock stands still. */
class ScheduledSyncsTest {
    private static final RemoteId REMOTE = new RemoteId(new UUID(1, 2));

    /** The longest delay of a start. */
    private static final Duration LATENESS = Duration.ofMinutes(6);

    private final TestClock clock = new TestClock();
    private final Queue<Work> queued = new ArrayDeque<>();
    private boolean full;
    private String failure = "";

    @TempDir
    private Path folder;

    private SqliteMetadataStore store;
    private RepositoryService repositories;
    private Tasks tasks;
    private TaskRunner runner;
    private StoredScheduler scheduler;
    private ScheduledSyncs syncs;

    private record Syncing(ScheduledSyncsTest test) implements TaskHandler {
        @Override
        public String name() {
            return "pulp_container.app.tasks.synchronize.synchronize";
        }

        @Override
        public boolean isRepeatable() {
            return true;
        }

        @Override
        public Outcome run(String arguments, TaskRun run) {
            if (!test.failure.isEmpty()) {
                throw new FieldInvalid("remote", test.failure);
            }
            return Outcome.NOTHING;
        }
    }

    @BeforeEach
    void open() throws IOException, SQLException {
        store = new SqliteMetadataStore(folder.resolve("lading.db"), new DiskSpace(folder));
        restart();
    }

    /** Starts another process over the same records. */
    private void restart() {
        repositories = new RepositoryService(store, clock, NewNames.PUBLIC, Acting.NOBODY);
        tasks = new Tasks(store, work -> !full && queued.addAll(work), clock, Acting.NOBODY);
        runner = new TaskRunner(tasks, clock, List.of(new Syncing(this)));
        scheduler = new StoredScheduler(store, clock);
        syncs = new ScheduledSyncs(store, repositories, tasks, scheduler, clock);
    }

    @AfterEach
    void close() throws IOException, SQLException {
        store.close();
    }

    private SyncSchedule every(String rate) {
        return SyncSchedule.parse("rate(" + rate + ")", "UTC", clock.instant(), true, false, false);
    }

    private static RepositorySettings settings(String name, Optional<SyncSchedule> schedule) {
        return new RepositorySettings(
                name, Optional.empty(), Labels.NONE, Optional.empty(), Optional.of(REMOTE), schedule, Optional.empty());
    }

    private Repository hourly(String name) {
        return syncs.create(settings(name, Optional.of(every("1 hour"))));
    }

    /** Moves the clock by an hour and starts what is due. */
    private void letAnHourPass() {
        clock.advance(Duration.ofHours(1).minus(LATENESS));
        scheduler.startDue(syncs);
        clock.advance(LATENESS);
        scheduler.startDue(syncs);
    }

    private void doTasks() {
        while (!queued.isEmpty()) {
            runner.run(TaskId.of(queued.remove().body()));
        }
    }

    private Last last(Repository repository) {
        return syncs.last(repositories.get(repository.id())).orElseThrow();
    }

    @Test
    void a_repository_is_synced_when_it_is_due_and_shows_it() {
        Repository mirror = hourly("mirror");
        assertThat(syncs.next(mirror)).contains(mirror.created().plus(Duration.ofHours(1)));
        assertThat(syncs.last(mirror)).isEmpty();

        clock.advance(LATENESS);
        letAnHourPass();

        Task task = tasks.all().findFirst().orElseThrow();
        assertThat(task.request().name()).isEqualTo("pulp_container.app.tasks.synchronize.synchronize");
        assertThat(task.request().arguments())
                .isEqualTo("{\"repository\":\"" + mirror.id() + "\",\"remote\":\"" + REMOTE
                        + "\",\"mirror\":true,\"signedOnly\":false}");
        assertThat(task.request().group()).isEqualTo("prn:container.containerrepository:" + mirror.id());
        assertThat(task.request().resources())
                .containsExactly(task.request().group(), "shared:prn:container.containerremote:" + REMOTE);
        assertThat(last(mirror).state()).contains("waiting");
        assertThat(last(mirror).due()).isEqualTo(mirror.created().plus(Duration.ofHours(1)));
        assertThat(last(mirror).task()).isEqualTo(task.id());
        doTasks();
        assertThat(last(mirror).state()).contains("completed");
        assertThat(syncs.next(mirror)).contains(mirror.created().plus(Duration.ofHours(2)));
    }

    @Test
    void what_failed_says_why() {
        Repository mirror = hourly("mirror");
        failure = "registry.test refused the password";
        clock.advance(LATENESS);
        letAnHourPass();
        doTasks();

        assertThat(last(mirror).state()).contains("failed");
        assertThat(last(mirror).error()).contains("registry.test refused the password");
    }

    @Test
    void a_schedule_is_troubled_whose_last_sync_failed_or_whose_next_is_late() {
        List<Repository> mirrors = List.of(hourly("one"), hourly("two"));
        assertThat(syncs.troubled(mirrors)).isEmpty();

        clock.advance(LATENESS);
        failure = "the upstream is gone";
        letAnHourPass();
        doTasks();
        assertThat(syncs.troubled(mirrors))
                .hasSize(2)
                .allSatisfy(trouble -> assertThat(trouble.error())
                        .hasValueSatisfying(error -> assertThat(error).contains("the upstream is gone")));

        failure = "";
        letAnHourPass();
        doTasks();
        assertThat(syncs.troubled(mirrors)).isEmpty();

        clock.advance(Duration.ofHours(1).plus(Duration.ofMinutes(14)));
        assertThat(syncs.troubled(mirrors)).isEmpty();
        clock.advance(Duration.ofMinutes(2));
        assertThat(syncs.troubled(mirrors))
                .hasSize(2)
                .allSatisfy(trouble -> assertThat(trouble.task()).isEmpty());
    }

    @Test
    void of_one_repository_never_two_run_at_once() {
        Repository slow = hourly("slow");
        clock.advance(LATENESS);
        letAnHourPass();
        letAnHourPass();

        assertThat(tasks.all()).hasSize(1);
        assertThat(last(slow).state()).contains("skipped");
        assertThat(last(slow).error()).contains("the sync before was not done yet");
        assertThat(last(slow).due()).isEqualTo(slow.created().plus(Duration.ofHours(2)));
        letAnHourPass();
        assertThat(tasks.all()).hasSize(1);
        doTasks();
        letAnHourPass();
        doTasks();

        assertThat(tasks.all()).hasSize(2);
        assertThat(last(slow).state()).contains("completed");
    }

    @Test
    void the_next_process_starts_what_was_missed_once() {
        Repository mirror = hourly("mirror");
        clock.advance(Duration.ofDays(1));

        restart();
        scheduler.startDue(syncs);
        scheduler.startDue(syncs);
        doTasks();

        assertThat(tasks.all()).hasSize(1);
        assertThat(last(mirror).started()).isEqualTo(clock.instant());
        assertThat(syncs.next(mirror)).contains(clock.instant().plus(Duration.ofHours(1)));
    }

    @Test
    void what_is_started_twice_is_one_task_and_what_was_noted_only_is_started() {
        Repository mirror = hourly("mirror");
        var since = mirror.settings().schedule().orElseThrow().since();
        var due = since.plus(Duration.ofHours(1));
        full = true;
        assertThatThrownBy(() -> syncs.start(mirror.id().value(), since, due)).hasMessageContaining("too many");
        assertThat(tasks.all()).isEmpty();
        TaskId noted = last(mirror).task();
        full = false;

        syncs.start(mirror.id().value(), since, due);
        syncs.start(mirror.id().value(), since, due);
        syncs.start(mirror.id().value(), since, due.minusSeconds(1));
        doTasks();
        syncs.start(mirror.id().value(), since, due);

        assertThat(tasks.all().map(Task::id)).containsExactly(noted);
        assertThat(tasks.get(noted).state()).isEqualTo(TaskState.COMPLETED);
        assertThat(queued).isEmpty();
    }

    @Test
    void another_schedule_takes_the_place_of_the_one_before() {
        Repository mirror = hourly("mirror");
        SyncSchedule daily = every("1 day");
        syncs.update(mirror.id(), settings -> settings("mirror", Optional.of(daily)));
        letAnHourPass();
        assertThat(tasks.all()).isEmpty();

        // A message that was on its way.
        var since = mirror.created();
        syncs.start(mirror.id().value(), since.minusSeconds(1), since.plusSeconds(1));

        assertThat(tasks.all()).isEmpty();
        clock.advance(Duration.ofDays(1));
        scheduler.startDue(syncs);
        assertThat(tasks.all()).hasSize(1);
    }

    @Test
    void a_schedule_ends_with_its_repository_or_before() {
        Repository unset = hourly("unset");
        Repository deleted = hourly("deleted");
        syncs.update(unset.id(), settings -> settings("unset", Optional.empty()));
        syncs.delete(deleted.id());

        assertThat(scheduler.startDue(syncs)).isEmpty();
        assertThat(syncs.last(repositories.get(unset.id()))).isEmpty();
    }

    @Test
    void what_the_scheduler_should_not_know_it_forgets_when_it_is_due() {
        scheduler.set(new UUID(3, 4), every("1 hour"));
        Repository unscheduled = syncs.create(settings("unscheduled", Optional.empty()));
        scheduler.set(unscheduled.id().value(), every("1 hour"));
        clock.advance(LATENESS);

        letAnHourPass();

        assertThat(tasks.all()).isEmpty();
        assertThat(scheduler.startDue(syncs)).isEmpty();
    }

    @Test
    void what_the_scheduler_should_know_it_is_told_daily() {
        RepositoryId forgotten = hourly("forgotten").id();
        scheduler.remove(forgotten.value());
        assertThat(scheduler.startDue(syncs)).isEmpty();

        syncs.followAll();

        assertThat(scheduler.startDue(syncs)).isPresent();
    }

    @Test
    void a_change_that_is_refused_leaves_the_schedule_as_it_was() {
        hourly("taken");
        Repository mirror = hourly("mirror");
        SyncSchedule daily = every("1 day");

        assertThatThrownBy(() -> syncs.update(mirror.id(), settings -> settings("taken", Optional.of(daily))))
                .isInstanceOf(FieldInvalid.class);
        assertThatThrownBy(() -> syncs.create(settings("taken", Optional.of(daily))))
                .isInstanceOf(FieldInvalid.class);
        clock.advance(LATENESS);
        letAnHourPass();

        assertThat(tasks.all()).hasSize(2);
        syncs.update(mirror.id(), settings -> settings("mirror", Optional.empty()));
        clock.advance(Duration.ofDays(1));
        queued.clear();
        scheduler.startDue(syncs);
        assertThat(queued).isEmpty();
    }
}
