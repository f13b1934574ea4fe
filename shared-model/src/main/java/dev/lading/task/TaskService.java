package dev.lading.task;

import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Page;
import dev.lading.metadata.Query;
import dev.lading.metadata.UuidV7;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.StoreBusy;
import dev.lading.work.Work;
import dev.lading.work.WorkQueue;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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

    public TaskService(
            MetadataStore store, WorkQueue queue, InstantSource clock, Collection<? extends TaskHandler> handlers) {
        this.store = store;
        this.queue = queue;
        this.clock = clock;
        this.handlers = handlers.stream().collect(Collectors.toUnmodifiableMap(TaskHandler::name, Function.identity()));
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
        return queue.send(new Work(task.request().group(), task.id().toString()));
    }

    /** Queues again what was stored by a process that died before it could queue it. Doing so twice does no harm. */
    public void recover() {
        all().filter(task -> !task.state().isFinal()).toList().reversed().forEach(this::send);
    }

    public Optional<Task> find(UUID id) {
        return store.get(Task.TABLE, Task.key(id));
    }

    public Task get(UUID id) {
        return find(id).orElseThrow(() -> new EntityUnknown("task", id));
    }

    /** Newest first, read a page at a time. */
    public Stream<Task> all() {
        Query query = Task.newestFirst(PAGE);
        return Stream.iterate(
                        Optional.of(store.query(Task.TABLE, query)),
                        Optional::isPresent,
                        page -> page.flatMap(Page::next).map(next -> store.query(Task.TABLE, query.after(next))))
                .flatMap(page -> page.orElseThrow().records().stream());
    }

    /** Cancels a task that waits, asks one that runs to stop, and leaves one that has ended as it is. */
    public Task cancel(UUID id) {
        return change(id, task -> switch (task.state()) {
            case WAITING -> task.canceled(clock.instant());
            case RUNNING -> task.canceling(clock.instant());
            case CANCELING, COMPLETED, FAILED, CANCELED -> task;
        });
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

    /** Does a task that the queue delivers; one that has ended is left alone. */
    public void run(UUID id) {
        Optional<Task> found = find(id).filter(task -> !task.state().isFinal());
        if (found.isEmpty()) {
            return;
        }
        Task task = found.get();
        TaskHandler handler = handlers.get(task.request().name());
        if (handler == null) {
            finish(task.id(), t -> t.failed("this version of the server does not know such tasks", clock.instant()));
        } else if (task.state() == TaskState.CANCELING) {
            finish(task.id(), t -> t.canceled(clock.instant()));
        } else if (task.state() == TaskState.RUNNING && !handler.isRepeatable()) {
            finish(task.id(), t -> t.failed("the server stopped while the task ran", clock.instant()));
        } else {
            Task running = task.running(clock.instant());
            if (store.write(Write.put(Task.TABLE, running, Condition.unchanged(task)))) {
                run(handler, running);
            } else {
                run(id);
            }
        }
    }

    private void run(TaskHandler handler, Task running) {
        TaskRun run = new TaskRun(clock, reports -> report(running.id(), reports));
        try {
            TaskHandler.Outcome outcome = handler.run(running.request().arguments(), run);
            finish(running.id(), run, task -> task.completed(outcome, clock.instant()));
        } catch (TaskRun.Stopped e) {
            finish(running.id(), run, task -> task.canceled(clock.instant()));
        } catch (RegistryException e) {
            finish(running.id(), run, task -> task.failed(e.getMessage(), clock.instant()));
        } catch (IOException | RuntimeException e) {
            LOG.errorf(e, "task %s failed: %s", running.id(), running.request().name());
            finish(
                    running.id(),
                    run,
                    task -> task.failed(
                            "the server failed; its log says why under task " + running.id(), clock.instant()));
        }
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

    private void finish(UUID id, TaskRun run, UnaryOperator<Task> end) {
        finish(id, task -> end.apply(task.reporting(run.reports(), clock.instant())));
    }

    private void finish(UUID id, UnaryOperator<Task> end) {
        change(id, task -> task.state().isFinal() ? task : end.apply(task));
    }

    /** Others change a task only to cancel it, so few tries are needed. */
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
