package dev.lading.task;

import dev.lading.account.PrincipalId;
import dev.lading.audit.Acting;
import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Page;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.StoreBusy;
import dev.lading.work.Work;
import dev.lading.work.WorkQueue;
import java.lang.ScopedValue.CallableOp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Records of long-running operations, and their queue. A task's record is stored before anybody sees it, and every
 * change of it is a compare-and-set. {@link TaskRunner} runs the tasks.
 */
public final class Tasks {
    private static final int PAGE = 100;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final MetadataStore store;
    private final WorkQueue queue;
    private final InstantSource clock;
    private final Acting acting;
    private final TaskTurns turns;

    public Tasks(MetadataStore store, WorkQueue queue, InstantSource clock, Acting acting) {
        this.store = store;
        this.queue = queue;
        this.clock = clock;
        this.acting = acting;
        this.turns = new TaskTurns(store, this::redeliver, clock);
    }

    /** @throws StoreBusy if too many tasks wait already; nothing was stored then */
    public Task dispatch(TaskRequest request) {
        return dispatch(TaskId.next(clock.instant()), request);
    }

    /**
     * Dispatches under a caller-chosen id. Idempotent: repeated, it makes no second task.
     *
     * @throws StoreBusy if too many tasks wait already; nothing was stored then
     */
    public Task dispatch(TaskId id, TaskRequest request) {
        Task task = Task.waiting(id, request.by(acting.actors()), clock.instant());
        boolean isNew = store.write(Write.put(Task.TABLE, task, Condition.absent()));
        Task stored = isNew ? task : get(id);
        // The process that stored it first may have died before it was queued.
        if (stored.state() == TaskState.WAITING && !send(stored)) {
            if (isNew) {
                store.write(Write.delete(Task.TABLE, stored));
            }
            throw new StoreBusy("too many tasks are waiting", RETRY_AFTER);
        }
        return stored;
    }

    private boolean send(Task task) {
        return queue.send(work(task));
    }

    private static Work work(Task task) {
        return new Work(task.request().group(), task.id().toString());
    }

    /** Queues a task that has not ended once more, behind what waits in its group. */
    public void redeliver(TaskId id) {
        find(id).filter(task -> !task.state().isFinal()).ifPresent(task -> queue.sendAgain(List.of(work(task))));
    }

    /** Queues tasks that were stored by a process that died before it could queue them. Idempotent. */
    public void recover() {
        all().filter(task -> !task.state().isFinal()).toList().reversed().forEach(task -> redeliver(task.id()));
    }

    public Optional<Task> find(TaskId id) {
        return store.get(Task.TABLE, Task.key(id));
    }

    public Task get(TaskId id) {
        return find(id).orElseThrow(() -> new EntityUnknown("task", id));
    }

    /** Those tasks that are there; one read. */
    public List<Task> findAll(List<TaskId> ids) {
        return store.getAll(Task.TABLE, ids.stream().map(Task::key).toList());
    }

    /**
     * Tasks, newest first; one read.
     *
     * @param after the task where the page before ended
     */
    public Page<Task> list(Optional<TaskId> after, int limit) {
        return store.query(Task.TABLE, Task.newestFirst(limit).after(after.map(TaskId::toString)));
    }

    /** Tasks, oldest first, as {@link #list}. */
    public Page<Task> oldest(Optional<TaskId> after, int limit) {
        return store.query(Task.TABLE, Task.newestFirst(limit).reversed().after(after.map(TaskId::toString)));
    }

    /**
     * The user who asked for a task; empty: an administrator, or the registry itself.
     *
     * @throws EntityUnknown if there is no such task: then nobody is taken for an administrator
     */
    public Optional<PrincipalId> caller(TaskId id) {
        return get(id).request().caller();
    }

    /** All tasks, newest first, read a page at a time. */
    public Stream<Task> all() {
        return store.stream(Task.TABLE, Task.newestFirst(PAGE));
    }

    /** Runs a part of a task for whoever asked for it. */
    <T, X extends Throwable> T as(Task task, CallableOp<T, X> work) throws X {
        return acting.as(List.of(task.request().actor(task.id())), work);
    }

    /** The order of tasks in one group. */
    TaskTurns turns() {
        return turns;
    }

    /** Cancels a waiting task, requests a running one to stop, and leaves an ended one as it is. */
    public Task cancel(TaskId id) {
        Task task = change(id, before -> switch (before.state()) {
            case WAITING -> before.canceled(clock.instant());
            case RUNNING -> before.canceling(clock.instant());
            case CANCELING, COMPLETED, FAILED, CANCELED -> before;
        });
        if (task.state() == TaskState.CANCELING) {
            // Otherwise no process would notice it between two steps.
            redeliver(id);
        } else if (task.state().isFinal()) {
            turns.leave(task);
        }
        return task;
    }

    /** @return false: it has not ended yet */
    public boolean delete(TaskId id) {
        Task task = get(id);
        return task.state().isFinal() && store.write(Write.deleteUnchanged(Task.TABLE, task));
    }

    /**
     * Deletes tasks that ended in one of some states before a time.
     *
     * @return how many
     */
    public long purge(Set<TaskState> states, Instant finishedBefore, TaskRun run) {
        long purged = 0;
        for (Iterator<Task> each = all().iterator(); each.hasNext(); ) {
            Task task = each.next();
            if (task.state().isFinal()
                    && states.contains(task.state())
                    && task.finished().filter(finishedBefore::isAfter).isPresent()
                    && store.write(Write.deleteUnchanged(Task.TABLE, task))) {
                purged++;
                run.report("purge.tasks", "Deleted tasks", purged, Optional.empty());
            }
        }
        return purged;
    }

    /**
     * Reports the progress of a part of a task while one of its steps waits, beside what its run reports.
     *
     * @throws TaskRun.Stopped if the task is to stop; steps must not catch it
     */
    public void note(TaskId id, ProgressReport part) {
        List<ProgressReport> reports =
                new ArrayList<>(find(id).map(Task::progress).orElse(List.of()));
        reports.removeIf(report -> report.code().equals(part.code()));
        reports.add(part);
        report(id, reports);
    }

    /** Whether a task's steps are useless: it is canceled, has ended, or is gone. */
    public boolean isUnwanted(TaskId id) {
        return find(id).filter(task ->
                        task.state() != TaskState.CANCELING && !task.state().isFinal())
                .isEmpty();
    }

    /** @throws TaskRun.Stopped if the task is canceled, has ended, or is gone; steps must not catch it */
    public void requireWanted(TaskId id) {
        if (isUnwanted(id)) {
            throw new TaskRun.Stopped();
        }
    }

    void report(TaskId id, List<ProgressReport> reports) {
        Task task = find(id).orElseThrow(TaskRun.Stopped::new);
        if (task.state() != TaskState.RUNNING) {
            throw new TaskRun.Stopped();
        }
        // One that is lost is made up for by the next.
        store.writeUnsynced(
                List.of(Write.put(Task.TABLE, task.reporting(reports, clock.instant()), Condition.unchanged(task))));
    }

    /** @return false: the compare-and-set lost to another writer */
    boolean replace(Task before, Task after) {
        return store.write(Write.put(Task.TABLE, after, Condition.unchanged(before)));
    }

    /**
     * Changes a task, retried without a pause: others change it to cancel it, or to report one of many steps, so few
     * tries are needed.
     */
    Task change(TaskId id, UnaryOperator<Task> change) {
        return OptimisticRetry.until(clock, () -> {
            Task before = get(id);
            Task after = change.apply(before);
            return after.equals(before) || replace(before, after) ? Optional.of(after) : Optional.empty();
        });
    }
}
