package dev.lading.embedded;

import dev.lading.metadata.Condition;
import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Query;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.schedule.Scheduler;
import dev.lading.schedule.SyncSchedule;
import dev.lading.schedule.SyncStarter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * A thread that starts syncs when they are due. The next run is stored as a record, so a run missed while no process
 * was up is started by the next one: once, however often it was due. Several processes may share the records.
 */
public final class StoredScheduler implements Scheduler, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(StoredScheduler.class);

    /** Pause after a failed start. */
    private static final Duration RETRY_PAUSE = Duration.ofMinutes(1);

    /** Other processes may set schedules, and the clock may be set. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final MetadataStore store;
    private final InstantSource clock;
    private final Semaphore changed = new Semaphore(0);
    private volatile Optional<Thread> thread = Optional.empty();
    private volatile boolean closed;

    public StoredScheduler(MetadataStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * A repository with a schedule.
     *
     * @param due by the schedule
     * @param starts when the sync is started: a little later, and later still after failures
     */
    record Scheduled(UUID repository, SyncSchedule schedule, Instant due, Instant starts, long revision)
            implements Revised {
        static final Table<Scheduled> TABLE = new Table<>("schedule", Scheduled.class, s -> key(s.repository()));

        static Key key(UUID repository) {
            return new Key(repository.toString(), "schedule");
        }

        static Scheduled of(UUID repository, SyncSchedule schedule, Instant due, long revision) {
            return new Scheduled(repository, schedule, due, due.plus(schedule.delay(repository)), revision);
        }

        /** This one with a later start, after a start that failed. */
        Scheduled retried(Instant later) {
            return new Scheduled(repository, schedule, due, later, revision + 1);
        }

        Start start() {
            return new Start(starts, repository);
        }
    }

    /** The index of {@link Scheduled} by start time. */
    record Start(Instant starts, UUID repository) {
        private static final String PARTITION = "all";
        static final Table<Start> TABLE = new Table<>(
                "schedule-start",
                Start.class,
                s -> new Key(PARTITION, "%013d#%s".formatted(s.starts().toEpochMilli(), s.repository())));

        static Query first() {
            return Query.ascending(PARTITION, "0", "~", 1);
        }
    }

    @Override
    public void set(UUID repository, SyncSchedule schedule) {
        change(
                repository,
                before -> before.filter(known -> known.schedule().isDueAs(schedule))
                        .or(() -> schedule.next(clock.instant())
                                .map(due -> Scheduled.of(repository, schedule, due, revision(before)))));
        changed.release();
    }

    @Override
    public void remove(UUID repository) {
        change(repository, before -> Optional.empty());
    }

    /** Computes the replacement of a record. */
    @FunctionalInterface
    private interface Change {
        Optional<Scheduled> apply(Optional<Scheduled> before);
    }

    private void change(UUID repository, Change change) {
        OptimisticRetry.until(clock, () -> {
            Optional<Scheduled> before = store.get(Scheduled.TABLE, Scheduled.key(repository));
            return replace(before, change.apply(before)) ? Optional.of(repository) : Optional.empty();
        });
    }

    private static long revision(Optional<Scheduled> before) {
        return before.map(known -> known.revision() + 1).orElse(0L);
    }

    private boolean replace(Optional<Scheduled> before, Optional<Scheduled> after) {
        if (before.equals(after)) {
            return true;
        }
        List<Write> writes = new ArrayList<>();
        after.ifPresent(next -> {
            writes.add(Write.put(
                    Scheduled.TABLE, next, before.map(Condition::unchanged).orElse(Condition.absent())));
            writes.add(Write.put(Start.TABLE, next.start()));
        });
        before.ifPresent(last -> {
            if (after.isEmpty()) {
                writes.add(Write.deleteUnchanged(Scheduled.TABLE, last));
            }
            if (after.filter(next -> next.start().equals(last.start())).isEmpty()) {
                writes.add(Write.delete(Start.TABLE, last.start()));
            }
        });
        return store.write(writes);
    }

    /**
     * Starts what is due.
     *
     * @return time of the next start; empty: nothing is scheduled
     */
    public Optional<Instant> startDue(SyncStarter starter) {
        while (true) {
            Optional<Start> first =
                    store.query(Start.TABLE, Start.first()).records().stream().findFirst();
            if (closed
                    || first.filter(start -> !start.starts().isAfter(clock.instant()))
                            .isEmpty()) {
                return first.map(Start::starts);
            }
            // One that another process has taken is not the first any more at the next look.
            store.get(Scheduled.TABLE, Scheduled.key(first.get().repository()))
                    .filter(scheduled -> scheduled.start().equals(first.get()))
                    .ifPresent(scheduled -> start(scheduled, starter));
        }
    }

    private void start(Scheduled scheduled, SyncStarter starter) {
        Optional<Scheduled> next;
        try {
            starter.start(scheduled.repository(), scheduled.schedule().since(), scheduled.due());
            next = scheduled
                    .schedule()
                    .next(clock.instant())
                    .map(due ->
                            Scheduled.of(scheduled.repository(), scheduled.schedule(), due, scheduled.revision() + 1));
        } catch (RuntimeException e) {
            LOG.warnf(e, "the sync of repository %s was not started and is tried again", scheduled.repository());
            next = Optional.of(scheduled.retried(clock.instant().plus(RETRY_PAUSE)));
        }
        // Otherwise it was set anew meanwhile, by this process or another.
        replace(Optional.of(scheduled), next);
    }

    /** Begins to start what is due, missed runs first. */
    public void start(SyncStarter starter) {
        thread = Optional.of(Thread.ofPlatform().name("scheduler").daemon().start(() -> run(starter)));
    }

    private void run(SyncStarter starter) {
        while (!closed) {
            Duration wait = LONGEST_WAIT;
            try {
                wait = startDue(starter)
                        .map(next -> Duration.between(clock.instant(), next))
                        .filter(until -> until.compareTo(LONGEST_WAIT) < 0)
                        .orElse(LONGEST_WAIT);
            } catch (RuntimeException e) {
                LOG.errorf(e, "schedules cannot be read; tried again in %s", wait);
            }
            try {
                if (changed.tryAcquire(wait.toMillis() + 1, TimeUnit.MILLISECONDS)) {
                    changed.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Waits a bounded time for a start under way. */
    @Override
    public void close() {
        closed = true;
        changed.release();
        try {
            if (thread.isPresent()) {
                thread.get().join(STOP_PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
