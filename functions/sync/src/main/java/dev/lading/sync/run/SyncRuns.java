package dev.lading.sync.run;

import dev.lading.commit.Staging;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Condition;
import dev.lading.metadata.HexPartition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.task.TaskId;
import dev.lading.task.Tasks;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Allows one run at a time for each repository, and keeps what it fetched until a version or clean-up takes it. */
public final class SyncRuns {
    private static final int MAX_WAITING = 100;
    private static final int PAGE = 50;

    /** The number of locks, which repositories share by hash. */
    private static final int TURNS = 64;

    private final MetadataStore store;
    private final InstantSource clock;
    private final Tasks tasks;
    private final ReentrantLock[] turns =
            Stream.generate(() -> new ReentrantLock(true)).limit(TURNS).toArray(ReentrantLock[]::new);

    public SyncRuns(MetadataStore store, InstantSource clock, Tasks tasks) {
        this.store = store;
        this.clock = clock;
        this.tasks = tasks;
    }

    /** Another run has the repository now; work for this one must stop. */
    public static final class Superseded extends RuntimeException {
        public Superseded() {
            super(null, null, false, false);
        }
    }

    /**
     * The run of a task, begun or resumed; empty: another is under way, and the task is redelivered when that has
     * ended.
     *
     * @throws EntityInUse if too many wait for it already
     */
    public Optional<SyncRun> begin(SyncRequest request, TaskId task) {
        return OptimisticRetry.until(
                        clock,
                        () -> find(request.repository())
                                .map(run -> turn(run, request, task))
                                .orElseGet(() -> put(SyncRun.first(request, task, clock.instant()), Condition.absent())
                                        .map(Turn::of)))
                .run();
    }

    /** @param run empty: the task waits for it */
    private record Turn(Optional<SyncRun> run) {
        static Turn of(SyncRun run) {
            return new Turn(Optional.of(run));
        }
    }

    /** Begins, resumes or queues the task; empty: the compare-and-set lost to another writer. */
    private Optional<Turn> turn(SyncRun run, SyncRequest request, TaskId task) {
        if (run.task().equals(task)) {
            return Optional.of(Turn.of(run));
        }
        if (isActive(run)) {
            return put(requireRoom(run).waitedForBy(task), Condition.unchanged(run))
                    .map(waitedFor -> new Turn(Optional.empty()));
        }
        if (run.discarded().isPresent()) {
            sweep(run);
            return Optional.empty();
        }
        return put(run.next(request, task, clock.instant()), Condition.unchanged(run))
                .map(Turn::of);
    }

    private static SyncRun requireRoom(SyncRun run) {
        if (run.waiting().size() >= MAX_WAITING) {
            throw new EntityInUse("too many syncs of this repository are waiting; cancel some");
        }
        return run;
    }

    private boolean isActive(SyncRun run) {
        return !run.ended()
                && tasks.find(run.task())
                        .filter(task -> !task.state().isFinal())
                        .isPresent();
    }

    /** The present or last runs of those repositories that had any; one read. */
    public List<SyncRun> findAll(List<RepositoryId> repositories) {
        return store.getAll(
                SyncRun.TABLE, repositories.stream().map(SyncRun::key).toList());
    }

    private Optional<SyncRun> find(RepositoryId repository) {
        return store.get(SyncRun.TABLE, SyncRun.key(repository));
    }

    private Optional<SyncRun> put(SyncRun run, Condition condition) {
        return store.write(Write.put(SyncRun.TABLE, run, condition)) ? Optional.of(run) : Optional.empty();
    }

    /** @throws Superseded if the task has no run any more */
    public SyncRun get(RepositoryId repository, TaskId task) {
        return find(repository).filter(run -> run.task().equals(task)).orElseThrow(Superseded::new);
    }

    /**
     * Changes a task's run, in one transaction with writes that depend on it.
     *
     * @throws Superseded if the task has no run any more
     */
    public SyncRun change(
            RepositoryId repository, TaskId task, UnaryOperator<SyncRun> change, Function<SyncRun, List<Write>> with) {
        return inTurn(
                repository,
                () -> OptimisticRetry.until(clock, () -> {
                    SyncRun before = get(repository, task);
                    SyncRun after = change.apply(before);
                    List<Write> writes = new ArrayList<>(with.apply(after));
                    writes.add(Write.put(SyncRun.TABLE, after, Condition.unchanged(before)));
                    return store.writeUnsynced(writes) ? Optional.of(after) : Optional.empty();
                }));
    }

    /**
     * Serializes this process's changes of a run, in order of arrival, so that none of them loses a compare-and-set to
     * another.
     */
    public <T> T inTurn(RepositoryId repository, Supplier<T> change) {
        ReentrantLock turn = turns[Math.floorMod(repository.hashCode(), turns.length)];
        turn.lock();
        try {
            return change.get();
        } finally {
            turn.unlock();
        }
    }

    public SyncRun change(RepositoryId repository, TaskId task, UnaryOperator<SyncRun> change) {
        return change(repository, task, change, run -> List.of());
    }

    /** Marks the task's run as ended and redelivers the tasks that wait for it. */
    public void ended(RepositoryId repository, TaskId task) {
        OptimisticRetry.until(clock, () -> {
            Optional<SyncRun> run =
                    find(repository).filter(found -> found.task().equals(task) && !found.ended());
            if (run.isEmpty()) {
                return Optional.of(task);
            }
            run.get().waiting().forEach(tasks::redeliver);
            return put(run.get().over(), Condition.unchanged(run.get())).map(SyncRun::task);
        });
    }

    /** Releases the staging area of a committed run, and deletes the rest of its plan. */
    public void release(SyncRun run) {
        sweep(change(
                run.repository(),
                run.task(),
                before -> before.released(clock.instant()),
                after -> List.of(run.staging().letGo(clock.instant()))));
    }

    /**
     * Releases what runs have fetched that ended before a time without a commit. The next cleanup that protects nothing
     * so old deletes it.
     */
    public void letGo(Instant before) {
        for (HexPartition partition : HexPartition.ALL) {
            store.stream(SyncRun.TABLE, partition.all(PAGE))
                    .filter(run -> !run.touched().isAfter(before) && !isActive(run))
                    .toList()
                    .forEach(this::letGo);
        }
    }

    private void letGo(SyncRun run) {
        if (!run.waiting().isEmpty()) {
            // The process that was to wake them is gone.
            ended(run.repository(), run.task());
            return;
        }
        sweep(run).ifPresent(swept -> {
            if (!swept.staged()) {
                store.write(Write.deleteUnchanged(SyncRun.TABLE, swept));
                return;
            }
            SyncRun released = swept.released(run.touched());
            if (store.write(
                    Write.put(SyncRun.TABLE, released, Condition.unchanged(swept)),
                    swept.staging().letGo(run.touched()))) {
                letGo(released);
            }
        });
    }

    /** Deletes the records of a released staging area. Empty: the compare-and-set lost to another writer. */
    private Optional<SyncRun> sweep(SyncRun run) {
        if (run.discarded().isEmpty()) {
            return Optional.of(run);
        }
        Staging discarded = run.discarded().get();
        delete(SyncBlob.TABLE, SyncBlob.all(discarded, PAGE));
        delete(SyncPart.TABLE, SyncPart.all(discarded, PAGE));
        delete(LostBlob.TABLE, LostBlob.all(discarded, PAGE));
        store.write(
                new Write.Delete(SyncPart.Committed.TABLE, SyncPart.Committed.key(discarded), Condition.anything()));
        return put(run.swept(), Condition.unchanged(run));
    }

    private <R> void delete(Table<R> table, Query all) {
        List<R> page = store.query(table, all).records();
        while (!page.isEmpty()) {
            store.writeUnsynced(
                    page.stream().map(each -> Write.delete(table, each)).toList());
            page = store.query(table, all).records();
        }
    }
}
