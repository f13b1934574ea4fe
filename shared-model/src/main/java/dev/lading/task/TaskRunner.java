package dev.lading.task;

import dev.lading.metadata.OptimisticRetry;
import dev.lading.oci.RegistryException;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RegistryException.StoreBusy;
import dev.lading.work.Work;
import dev.lading.work.Worker;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Runs queued tasks with the handlers of their names. Idempotent: a task that is delivered twice is done once. */
public final class TaskRunner implements Worker {
    /** How the error begins of a task that became a dead letter. */
    public static final String GIVEN_UP = "the server failed again and again";

    private static final Logger LOG = Logger.getLogger(TaskRunner.class);

    private final Tasks tasks;
    private final InstantSource clock;
    private final TaskTurns turns;
    private final Map<String, TaskHandler> handlers;

    public TaskRunner(Tasks tasks, InstantSource clock, Collection<? extends TaskHandler> handlers) {
        this.tasks = tasks;
        this.clock = clock;
        this.turns = tasks.turns();
        this.handlers = handlers.stream().collect(Collectors.toUnmodifiableMap(TaskHandler::name, Function.identity()));
    }

    @Override
    public void work(Work work) {
        TaskId task = TaskId.of(work.body());
        try {
            run(task);
        } catch (StoreBusy e) {
            // Before it could begin, or when its end was to be stored: that is no fault of the task.
            tasks.redeliver(task);
        }
    }

    @Override
    public void deadLetter(Work work) {
        TaskId task = TaskId.of(work.body());
        fail(
                task,
                GIVEN_UP + ", or had no capacity left to begin; its log says why, under task " + task
                        + ": start it again when that is put right");
    }

    /**
     * Runs a task that the queue delivers, unless another of its group is still going on; if it has ended, its handler
     * is notified.
     */
    public void run(TaskId id) {
        OptimisticRetry.until(clock, () -> attempt(id) ? Optional.of(id) : Optional.empty());
    }

    /** False: somebody has changed the task before it could begin. */
    private boolean attempt(TaskId id) {
        Optional<Task> found = tasks.find(id);
        if (found.isEmpty()) {
            return true;
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
            if (!tasks.replace(task, running)) {
                return false;
            }
            run(handler, running);
        }
        return true;
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
            settle(
                    running,
                    run,
                    tasks.as(running, () -> handler.run(running.request().arguments(), run)));
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
        return new TaskRun(task, written, clock, reports -> tasks.report(task.id(), reports));
    }

    /**
     * Redelivers a task that lost to other writers for as long as one try may take. It keeps its turn: none of its
     * group overtakes it.
     */
    private void tryAgain(Task running, RegistryException busy) {
        LOG.infof("task %s tries again: %s", running.id(), busy.getMessage());
        turns.hold(running);
        tasks.redeliver(running.id());
    }

    private void settle(Task running, TaskRun run, TaskHandler.Result result) {
        switch (result) {
            case TaskHandler.Outcome outcome -> finish(run, task -> task.completed(outcome, clock.instant()));
            // Its next step may have ended it already, or reported more.
            case TaskHandler.Unfinished.GOES_ON -> {
                turns.hold(running);
                tasks.find(run.task()).filter(task -> task.state().isFinal()).ifPresent(turns::leave);
            }
            case TaskHandler.Unfinished.WAITS ->
                tasks.change(run.task(), task -> switch (task.state()) {
                    case RUNNING -> task.waitingAgain(clock.instant());
                    case CANCELING -> task.canceled(clock.instant());
                    case WAITING, COMPLETED, FAILED, CANCELED -> task;
                });
        }
    }

    /** A step of a task that its handler left to others. */
    @FunctionalInterface
    public interface Step {
        /** @throws RegistryException with a sentence for the administrator, if the task fails */
        void run(TaskRun run) throws IOException;
    }

    /**
     * Runs a step of a task that {@link TaskHandler.Unfinished#GOES_ON}; one that has ended or is canceled gets no
     * more, and its handler is notified. Exceptions other than the end of the task are thrown on, and the step may be
     * retried.
     *
     * @return whether the step was done
     * @throws StoreBusy if it lost to other writers; to be retried
     */
    public boolean resume(TaskId id, Step step) throws IOException {
        Optional<Task> found = tasks.find(id);
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
            return tasks.as(task, () -> {
                step.run(runOf(task, task.updated()));
                return true;
            });
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
     * Ends a task that cannot be done, unless it was deleted meanwhile.
     *
     * @param reason a sentence
     */
    public void fail(TaskId id, String reason) {
        if (tasks.find(id).isPresent()) {
            finish(id, task -> task.failed(reason, clock.instant()));
        }
    }

    private void finish(TaskRun run, UnaryOperator<Task> end) {
        finish(run.task(), task -> end.apply(task.reporting(run.reports(), clock.instant())));
    }

    private void finish(TaskId id, UnaryOperator<Task> end) {
        tellEnd(tasks.change(id, task -> task.state().isFinal() ? task : ended(task, end.apply(task))));
    }

    /** A canceled task is recorded as such even if it failed, since aborting its work makes it fail. */
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
}
