package dev.lading.operation;

import dev.lading.history.Repository;
import dev.lading.history.RepositorySettings;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Page;
import dev.lading.metadata.Write;
import dev.lading.remote.RemoteId;
import dev.lading.repository.Owning;
import dev.lading.repository.RepositoryService;
import dev.lading.schedule.ScheduledRun;
import dev.lading.schedule.Scheduler;
import dev.lading.schedule.SyncSchedule;
import dev.lading.schedule.SyncStarter;
import dev.lading.sync.SyncTask;
import dev.lading.sync.run.SyncRequest;
import dev.lading.task.Task;
import dev.lading.task.TaskId;
import dev.lading.task.TaskRequest;
import dev.lading.task.TaskState;
import dev.lading.task.Tasks;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Keeps the scheduler in step with repositories' settings. It is set before the settings are stored, again when it
 * starts a sync that they do not have, and daily, so a process that dies in between leaves nothing wrong for long.
 */
@Singleton
public class ScheduledSyncs implements SyncStarter {
    private static final Logger LOG = Logger.getLogger(ScheduledSyncs.class);
    private static final String CORRELATION = "schedule";

    /** How long schedulers may take from when a sync is due until it is begun. */
    private static final Duration LATE = Duration.ofMinutes(15);

    private final MetadataStore store;
    private final RepositoryService repositories;
    private final Tasks tasks;
    private final Scheduler scheduler;
    private final InstantSource clock;

    public ScheduledSyncs(
            MetadataStore store,
            RepositoryService repositories,
            Tasks tasks,
            Scheduler scheduler,
            InstantSource clock) {
        this.store = store;
        this.repositories = repositories;
        this.tasks = tasks;
        this.scheduler = scheduler;
        this.clock = clock;
    }

    /**
     * The outcome of the last time a schedule was due.
     *
     * @param state that of the task, or {@code skipped}; empty: there is no such task yet or any more
     * @param error a sentence saying why there is no result
     */
    public record Last(Instant due, Instant started, TaskId task, Optional<String> state, Optional<String> error) {}

    /**
     * A schedule that did not do what it is for.
     *
     * @param error why the last sync brought nothing; empty: it was not even begun
     */
    public record Trouble(Repository repository, Instant due, Optional<TaskId> task, Optional<String> error) {}

    public Repository create(RepositorySettings settings) {
        return create(settings, Owning.NOBODY);
    }

    public Repository create(RepositorySettings settings, Owning owning) {
        RepositoryId id = RepositoryId.next(clock.instant());
        settings.schedule().ifPresent(schedule -> scheduler.set(id.value(), schedule));
        try {
            return repositories.create(id, settings, owning);
        } catch (RuntimeException e) {
            settings.schedule().ifPresent(schedule -> scheduler.remove(id.value()));
            throw e;
        }
    }

    public Repository update(RepositoryId id, UnaryOperator<RepositorySettings> change) {
        RepositorySettings before = repositories.get(id).settings();
        Optional<SyncSchedule> wanted = change.apply(before).schedule();
        if (wanted.equals(before.schedule())) {
            return repositories.update(id, change);
        }
        wanted.ifPresent(schedule -> scheduler.set(id.value(), schedule));
        try {
            return repositories.update(id, change);
        } finally {
            follow(id.value());
        }
    }

    public void delete(RepositoryId id) {
        scheduler.remove(id.value());
        lastRun(id.value()).ifPresent(run -> store.write(Write.delete(ScheduledRun.TABLE, run)));
        repositories.delete(id);
    }

    /** Sets the scheduler to a repository's settings. */
    private void follow(UUID id) {
        repositories
                .find(new RepositoryId(id))
                .flatMap(repository -> repository.settings().schedule())
                .ifPresentOrElse(schedule -> scheduler.set(id, schedule), () -> scheduler.remove(id));
    }

    /** Sets the scheduler to the settings of all repositories with a schedule. */
    public void followAll() {
        Page.all(repositories::list)
                .forEach(repository -> repository
                        .settings()
                        .schedule()
                        .ifPresent(schedule -> scheduler.set(repository.id().value(), schedule)));
    }

    /** The time when a repository's schedule is due next. */
    public Optional<Instant> next(Repository repository) {
        return repository.settings().schedule().flatMap(schedule -> schedule.next(clock.instant()));
    }

    public Optional<Last> last(Repository repository) {
        return repository.settings().schedule().isEmpty()
                ? Optional.empty()
                : lastRun(repository.id().value()).map(this::shown);
    }

    /** Whether a schedule started a task, and nobody. */
    public static boolean isScheduled(Task task) {
        return task.request().caller().isEmpty() && task.request().correlation().equals(CORRELATION);
    }

    /**
     * Schedules that did not do what they are for, of some repositories: the last sync failed, or the next one is overdue.
     * Two reads.
     *
     * @param scheduled at most {@link MetadataStore#MAX_GETS}
     */
    public List<Trouble> troubled(List<Repository> scheduled) {
        Map<UUID, ScheduledRun> runs = store
                .getAll(
                        ScheduledRun.TABLE,
                        scheduled.stream()
                                .map(each -> ScheduledRun.key(each.id().value()))
                                .toList())
                .stream()
                .collect(Collectors.toMap(ScheduledRun::repository, Function.identity()));
        List<TaskId> begun =
                runs.values().stream().map(ScheduledRun::task).distinct().toList();
        Map<TaskId, Task> done = tasks.findAll(begun).stream().collect(Collectors.toMap(Task::id, Function.identity()));
        return scheduled.stream()
                .flatMap(each -> {
                    Optional<ScheduledRun> last =
                            Optional.ofNullable(runs.get(each.id().value()));
                    return failed(each, last, done).or(() -> overdue(each, last)).stream();
                })
                .toList();
    }

    private static Optional<Trouble> failed(
            Repository repository, Optional<ScheduledRun> last, Map<TaskId, Task> done) {
        return last.flatMap(run -> Optional.ofNullable(done.get(run.task()))
                .filter(task -> task.state() == TaskState.FAILED)
                .map(task -> new Trouble(repository, run.due(), Optional.of(task.id()), task.error())));
    }

    private Optional<Trouble> overdue(Repository repository, Optional<ScheduledRun> last) {
        return repository.settings().schedule().flatMap(schedule -> {
            Instant after = last.map(ScheduledRun::due)
                    .filter(schedule.since()::isBefore)
                    .orElse(schedule.since());
            return schedule.next(after)
                    .filter(due -> due.plus(schedule.window()).plus(LATE).isBefore(clock.instant()))
                    .map(due -> new Trouble(repository, due, Optional.empty(), Optional.empty()));
        });
    }

    private Optional<ScheduledRun> lastRun(UUID repository) {
        return store.get(ScheduledRun.TABLE, ScheduledRun.key(repository));
    }

    private Last shown(ScheduledRun run) {
        Optional<Task> task = tasks.find(run.task());
        return new Last(
                run.due(),
                run.started(),
                run.task(),
                run.skipped() ? Optional.of("skipped") : task.map(Task::state).map(TaskState::toString),
                run.skipped() ? Optional.of("the sync before was not done yet") : task.flatMap(Task::error));
    }

    @Override
    public void start(UUID id, Instant since, Instant due) {
        Optional<Repository> repository = repositories.find(new RepositoryId(id));
        Optional<SyncSchedule> schedule =
                repository.flatMap(found -> found.settings().schedule());
        if (schedule.filter(wanted -> wanted.since().equals(since)).isEmpty()) {
            LOG.infof("repository %s is not synced by this schedule any more", id);
            follow(id);
            return;
        }
        begin(id, due)
                .filter(run -> !run.skipped())
                .ifPresent(run -> tasks.dispatch(run.task(), request(repository.get(), schedule.get())));
    }

    /**
     * The run that is due: the one that was stored before, if a process began it and may have died then.
     *
     * @return empty: a later one was begun already
     */
    private Optional<ScheduledRun> begin(UUID id, Instant due) {
        return OptimisticRetry.until(clock, () -> {
            Optional<ScheduledRun> last = lastRun(id);
            if (last.isPresent() && !last.get().due().isBefore(due)) {
                return Optional.of(last.filter(run -> run.due().equals(due)));
            }
            ScheduledRun run = next(id, due, last);
            Condition unchanged = last.map(Condition::unchanged).orElse(Condition.absent());
            return store.write(Write.put(ScheduledRun.TABLE, run, unchanged))
                    ? Optional.of(Optional.of(run))
                    : Optional.empty();
        });
    }

    private ScheduledRun next(UUID id, Instant due, Optional<ScheduledRun> last) {
        Instant now = clock.instant();
        long revision = last.map(run -> run.revision() + 1).orElse(0L);
        Optional<TaskId> unfinished = last.map(ScheduledRun::task)
                .filter(task -> tasks.find(task)
                        .filter(found -> !found.state().isFinal())
                        .isPresent());
        unfinished.ifPresent(task -> LOG.infof("repository %s is not synced now: task %s is not done yet", id, task));
        return new ScheduledRun(
                id, due, now, unfinished.orElseGet(() -> TaskId.next(now)), unfinished.isPresent(), revision);
    }

    private static TaskRequest request(Repository repository, SyncSchedule schedule) {
        RemoteId remote = repository.settings().remote().orElseThrow();
        var sync = new SyncRequest(
                repository.id(), remote, schedule.mirror(), schedule.mirrorEmpty(), schedule.signedOnly());
        return Reservation.of(repository.id())
                .reading(ResourceType.REMOTE.prn(remote.value()))
                .request(SyncTask.NAME, sync, CORRELATION);
    }
}
