package dev.lading.task;

import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.UuidV7;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.StoreBusy;
import dev.lading.work.Work;
import dev.lading.work.WorkQueue;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Long operations: asked for, done from a queue, and remembered. A task's record is stored before anybody hears of it,
 * every change of it is conditional, and delivering a task twice does it once.
 */
public final class TaskService {
    private static final Logger LOG = Logger.getLogger(TaskService.class);
    private static final int PAGE = 100;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final MetadataStore store;
    private final WorkQueue queue;
    private final InstantSource clock;
    private final Map<String, TaskHandler> handlers;
    private final TaskTurns turns;

    public TaskService(
            MetadataStore store, WorkQueue queue, InstantSource clock, Collection<? extends TaskHandler> handlers) {
        this.store = store;
        this.queue = queue;
        this.clock = clock;
        this.handlers = handlers.stream().collect(Collectors.toUnmodifiableMap(TaskHandler::name, Function.identity()));
        this.turns = new TaskTurns(store, this::deliverAgain);
    }

    /** @throws StoreBusy if too many tasks wait already; nothing was stored then */
    public Task dispatch(TaskRequest request) {
        return dispatch(UuidV7.random(clock.instant()), request);
    }

    /**
     * The same under an id that was chosen before; done again, it makes no second task.
     *
     * @throws StoreBusy if too many tasks wait already; nothing was stored then
     */
    public Task dispatch(UUID id, TaskRequest request) {
        if (!handlers.containsKey(request.name())) {
            throw new IllegalArgumentException("nobody does tasks named " + request.name());
        }
        Task task = Task.waiting(id, request, clock.instant());
        boolean isNew = store.write(Write.put(Task.TABLE, task, Condition.absent()));
        Task stored = isNew ? task : get(id);
        // Who stored it first may have died before it was queued.
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

    /** Has a task that has not ended delivered to its handler again, behind what waits in its group. */
    public void deliverAgain(UUID id) {
        find(id).filter(task -> !task.state().isFinal()).ifPresent(task -> queue.sendAgain(List.of(work(task))));
    }

    /** Queues again what was stored by a process that died before it could queue it. Doing so twice does no harm. */
    public void recover() {
        all().filter(task -> !task.state().isFinal()).toList().reversed().forEach(task -> deliverAgain(task.id()));
    }

    public Optional<Task> find(UUID id) {
        return store.get(Task.TABLE, Task.key(id));
    }

    public Task get(UUID id) {
        return find(id).orElseThrow(() -> new EntityUnknown("task", id));
    }

    /** Newest first, read a page at a time. */
    public Stream<Task> all() {
        return store.stream(Task.TABLE, Task.newestFirst(PAGE));
    }

    /** Cancels a task that waits, asks one that runs to stop, and leaves one that has ended as it is. */
    public Task cancel(UUID id) {
        Task task = change(id, before -> switch (before.state()) {
            case WAITING -> before.canceled(clock.instant());
            case RUNNING -> before.canceling(clock.instant());
            case CANCELING, COMPLETED, FAILED, CANCELED -> before;
        });
        if (task.state() == TaskState.CANCELING) {
            // Or nobody would notice it who is between two steps.
            deliverAgain(id);
        } else if (task.state().isFinal()) {
            turns.leave(task);
        }
        return task;
    }

    /** @return false: it has not ended yet */
    public boolean delete(UUID id) {
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
     * Does a task that the queue delivers, if another of its group does not go on still; of one that has ended its handler is
     * told.
     */
    public void run(UUID id) {
        Optional<Task> found = find(id);
        if (found.isEmpty()) {
            return;
        }
        Task task = found.get();
        TaskHandler handler = handlers.get(task.request().name());
        if (task.state().isFinal()) {
            tellEnd(task);
        } else if (handler == null) {
            fail(task.id(), "this version of the server does not know such tasks");
        } else if (task.state() == TaskState.CANCELING) {
            finish(task.id(), t -> t.canceled(clock.instant()));
        } else if (task.state() == TaskState.RUNNING && !handler.isRepeatable()) {
            fail(task.id(), "the server stopped while the task ran");
        } else if (isItsTurn(task)) {
            Task running = task.running(clock.instant());
            if (store.write(Write.put(Task.TABLE, running, Condition.unchanged(task)))) {
                run(handler, running);
            } else {
                run(id);
            }
        }
    }

    private boolean isItsTurn(Task task) {
        try {
            return turns.enter(task);
        } catch (EntityInUse e) {
            fail(task.id(), e.getMessage());
            return false;
        }
    }

    private void run(TaskHandler handler, Task running) {
        TaskRun run = runOf(running, Instant.EPOCH);
        try {
            settle(running, run, handler.run(running.request().arguments(), run));
        } catch (TaskRun.Stopped e) {
            finish(run, task -> task.canceled(clock.instant()));
        } catch (RegistryException e) {
            if (e instanceof StoreBusy && handler.isRepeatable()) {
                tryAgain(running, e);
            } else {
                finish(run, task -> task.failed(e.getMessage(), clock.instant()));
            }
        } catch (IOException | RuntimeException e) {
            if (handler.isRepeatable() && Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("stopped in the middle of task " + running.id(), e);
            }
            LOG.errorf(e, "task %s failed: %s", running.id(), running.request().name());
            finish(
                    run,
                    task -> task.failed(
                            "the server failed; its log says why under task " + running.id(), clock.instant()));
        }
    }

    private TaskRun runOf(Task task, Instant written) {
        return new TaskRun(task, written, clock, reports -> report(task.id(), reports));
    }

    /** Others were always first, for as long as one try may take. It stays in its place: none of its group overtakes it. */
    private void tryAgain(Task running, RegistryException busy) {
        LOG.infof("task %s tries again: %s", running.id(), busy.getMessage());
        turns.hold(running);
        deliverAgain(running.id());
    }

    private void settle(Task running, TaskRun run, TaskHandler.Result result) {
        switch (result) {
            case TaskHandler.Outcome outcome -> finish(run, task -> task.completed(outcome, clock.instant()));
            // Who goes on with it may have ended it already, or reported more.
            case TaskHandler.Unfinished.GOES_ON -> {
                turns.hold(running);
                find(run.task()).filter(task -> task.state().isFinal()).ifPresent(turns::leave);
            }
            case TaskHandler.Unfinished.WAITS ->
                change(run.task(), task -> switch (task.state()) {
                    case RUNNING -> task.waitingAgain(clock.instant());
                    case CANCELING -> task.canceled(clock.instant());
                    case WAITING, COMPLETED, FAILED, CANCELED -> task;
                });
        }
    }

    /** A step of a task that its handler left to others. */
    @FunctionalInterface
    public interface Step {
        /** @throws RegistryException with a sentence for the administrator; the task has failed */
        void run(TaskRun run) throws IOException;
    }

    /**
     * Does a step of a task that {@link TaskHandler.Unfinished#GOES_ON}; one that has ended or is canceled gets no more, and
     * its handler is told.
     * Whatever else the step throws than the end of its task comes through: it may be tried again.
     *
     * @return whether the step was done
     * @throws StoreBusy if others were always first; to be tried again
     */
    public boolean goOn(UUID id, Step step) throws IOException {
        Optional<Task> found = find(id);
        if (found.isEmpty()) {
            return false;
        }
        Task task = found.get();
        if (task.state().isFinal()) {
            tellEnd(task);
            return false;
        }
        try {
            if (task.state() == TaskState.CANCELING) {
                throw new TaskRun.Stopped();
            }
            step.run(runOf(task, task.updated()));
            return true;
        } catch (TaskRun.Stopped e) {
            finish(id, running -> running.canceled(clock.instant()));
        } catch (StoreBusy e) {
            throw e;
        } catch (RegistryException e) {
            fail(id, e.getMessage());
        }
        return false;
    }

    /**
     * Says how far a part of a task is, beside what its run reports, while a step of it waits.
     *
     * @throws TaskRun.Stopped if the task is to stop; whoever is in a step of it lets that through
     */
    public void note(UUID id, ProgressReport part) {
        List<ProgressReport> reports =
                new ArrayList<>(find(id).map(Task::progress).orElse(List.of()));
        reports.removeIf(report -> report.code().equals(part.code()));
        reports.add(part);
        report(id, reports);
    }

    /** Whether nobody wants the outcome of a task's steps any more: it is canceled, has ended, or is gone. */
    public boolean isOver(UUID id) {
        return find(id).filter(task ->
                        task.state() != TaskState.CANCELING && !task.state().isFinal())
                .isEmpty();
    }

    /** @throws TaskRun.Stopped if the task is over; whoever is in a step of it lets that through */
    public void requireWanted(UUID id) {
        if (isOver(id)) {
            throw new TaskRun.Stopped();
        }
    }

    /**
     * Ends a task that cannot be done.
     *
     * @param reason a sentence
     */
    public void fail(UUID id, String reason) {
        finish(id, task -> task.failed(reason, clock.instant()));
    }

    private void report(UUID id, List<ProgressReport> reports) {
        Task task = find(id).orElseThrow(TaskRun.Stopped::new);
        if (task.state() != TaskState.RUNNING) {
            throw new TaskRun.Stopped();
        }
        // One that is lost is made up for by the next.
        store.writeUnsynced(
                List.of(Write.put(Task.TABLE, task.reporting(reports, clock.instant()), Condition.unchanged(task))));
    }

    private void finish(TaskRun run, UnaryOperator<Task> end) {
        finish(run.task(), task -> end.apply(task.reporting(run.reports(), clock.instant())));
    }

    private void finish(UUID id, UnaryOperator<Task> end) {
        tellEnd(change(id, task -> task.state().isFinal() ? task : ended(task, end.apply(task))));
    }

    /** Who breaks off what a canceled task is at makes it fail. */
    private Task ended(Task before, Task after) {
        return before.state() == TaskState.CANCELING && after.state() == TaskState.FAILED
                ? before.canceled(clock.instant())
                : after;
    }

    private void tellEnd(Task ended) {
        TaskHandler handler = handlers.get(ended.request().name());
        if (handler != null) {
            handler.ended(ended);
        }
        turns.leave(ended);
    }

    /** Others change a task to cancel it, or to report one of many steps, so few tries are needed. */
    private Task change(UUID id, UnaryOperator<Task> change) {
        while (true) {
            Task before = get(id);
            Task after = change.apply(before);
            if (after.equals(before) || store.write(Write.put(Task.TABLE, after, Condition.unchanged(before)))) {
                return after;
            }
        }
    }
}
