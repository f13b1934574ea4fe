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
import dev.lading.task.Tasks;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** One run at a time for each repository, and what it has fetched until a version or the cleanup gets it. */
public final class SyncRuns {
    private static final int MAX_WAITING = 100;
    private static final int PAGE = 50;

    /** Repositories share these by hash. */
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

    /** Another run has the repository now; whoever works for the one before stops. */
    public static final class Superseded extends RuntimeException {
        public Superseded() {
            super(null, null, false, false);
        }
    }

    /**
     * The run of a task, begun or gone on with; empty: another is under way, and the task is delivered again when that has
     * ended.
     *
     * @throws EntityInUse if too many wait for it already
     */
    public Optional<SyncRun> begin(SyncRequest request, UUID task) {
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

    /** Empty: others were at the run, too. */
    private Optional<Turn> turn(SyncRun run, SyncRequest request, UUID task) {
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

    private Optional<SyncRun> find(RepositoryId repository) {
        return store.get(SyncRun.TABLE, SyncRun.key(repository));
    }

    private Optional<SyncRun> put(SyncRun run, Condition condition) {
        return store.write(Write.put(SyncRun.TABLE, run, condition)) ? Optional.of(run) : Optional.empty();
    }

    /** @throws Superseded if the task has no run any more */
    public SyncRun get(RepositoryId repository, UUID task) {
        return find(repository).filter(run -> run.task().equals(task)).orElseThrow(Superseded::new);
    }

    /**
     * Changes a task's run, with writes that depend on it.
     *
     * @throws Superseded if the task has no run any more
     */
    public SyncRun change(
            RepositoryId repository, UUID task, UnaryOperator<SyncRun> change, Function<SyncRun, List<Write>> with) {
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

    /** Those of this process that change a run do it one after another, in the order they came: none loses to the others. */
    public <T> T inTurn(RepositoryId repository, Supplier<T> change) {
        ReentrantLock turn = turns[Math.floorMod(repository.hashCode(), turns.length)];
        turn.lock();
        try {
            return change.get();
        } finally {
            turn.unlock();
        }
    }

    public SyncRun change(RepositoryId repository, UUID task, UnaryOperator<SyncRun> change) {
        return change(repository, task, change, run -> List.of());
    }

    /** Lets those who wait for the task's run go on. */
    public void ended(RepositoryId repository, UUID task) {
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

    /** After what waited has come into a version: the staging area goes, and what is left of the plan. */
    public void release(SyncRun run) {
        sweep(change(
                run.repository(),
                run.task(),
                before -> before.released(clock.instant()),
                after -> List.of(run.staging().letGo(clock.instant()))));
    }

    /**
     * Lets go of what runs fetched that ended before a time and have not committed. The next cleanup that protects nothing
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
            // Whoever was to wake them is gone.
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

    /** Deletes what is left of a plan that nobody goes on with. Empty: others were at the run, too. */
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
