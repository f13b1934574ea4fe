package dev.lading.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.audit.Acting;
import dev.lading.oci.RegistryException.StoreBusy;
import dev.lading.task.TaskHandler.Outcome;
import dev.lading.task.TaskHandler.Result;
import dev.lading.task.TaskHandler.Unfinished;
import dev.lading.testing.ServiceContract;
import dev.lading.work.Work;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Tasks of one group run one after another, though each delivery of one may be short. The queue is a list. */
public abstract class TaskTurnContract extends ServiceContract {
    private final Deque<Work> queued = new ArrayDeque<>();
    private final List<String> ran = new ArrayList<>();
    private Consumer<String> steps = arguments -> {};
    private Result result = Outcome.NOTHING;

    private record Handler(TaskTurnContract test) implements TaskHandler {
        @Override
        public String name() {
            return "any";
        }

        @Override
        public boolean isRepeatable() {
            return true;
        }

        @Override
        public Result run(String arguments, TaskRun run) {
            test.ran.add(arguments);
            test.steps.accept(arguments);
            return test.result;
        }
    }

    private Tasks tasks() {
        return new Tasks(metadata(), queued::addAll, clock, Acting.NOBODY);
    }

    private TaskRunner runner() {
        return new TaskRunner(tasks(), clock, List.of(new Handler(this)));
    }

    private Task dispatch(String arguments, String group) {
        return tasks().dispatch(new TaskRequest("any", arguments, group, List.of(), "cid"));
    }

    private Task dispatch(String arguments) {
        return dispatch(arguments, "group");
    }

    private void deliver() {
        while (!queued.isEmpty()) {
            runner().run(TaskId.of(queued.removeFirst().body()));
        }
    }

    /** A task that has begun and is left to others. */
    private Task goingOn() {
        Task task = dispatch("first");
        result = Unfinished.GOES_ON;
        deliver();
        result = Outcome.NOTHING;
        return task;
    }

    private TaskState state(Task task) {
        return tasks().get(task.id()).state();
    }

    @Test
    void tasks_wait_for_one_of_their_group_that_goes_on_and_run_in_their_order() {
        Task first = goingOn();
        Task second = dispatch("second");
        Task third = dispatch("third");
        Task other = dispatch("other", "another group");
        deliver();
        assertThat(List.of(state(first), state(second), state(third), state(other)))
                .containsExactly(TaskState.RUNNING, TaskState.WAITING, TaskState.WAITING, TaskState.COMPLETED);
        Task fourth = dispatch("fourth");

        // Before the fourth, which has not been delivered yet and comes behind those that were.
        runner().run(first.id());
        deliver();

        assertThat(ran).containsExactly("first", "other", "first", "second", "third", "fourth");
        assertThat(List.of(state(second), state(third), state(fourth))).containsOnly(TaskState.COMPLETED);
    }

    @Test
    void a_task_that_waits_for_its_turn_is_canceled_and_those_behind_it_go_on() {
        Task first = goingOn();
        Task canceled = dispatch("canceled");
        Task alsoCanceled = dispatch("also canceled");
        Task last = dispatch("last");
        deliver();
        tasks().cancel(canceled.id());
        assertThat(state(canceled)).isEqualTo(TaskState.CANCELED);

        runner().fail(first.id(), "as the test wants it");
        tasks().cancel(alsoCanceled.id());
        deliver();

        assertThat(ran).containsExactly("first", "last");
        assertThat(state(last)).isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void a_task_that_goes_on_gives_its_turn_away_however_it_ends() {
        for (Consumer<Task> end : List.<Consumer<Task>>of(
                first -> tasks().cancel(first.id()),
                first -> runner().fail(first.id(), "as the test wants it"),
                first -> tasks().redeliver(first.id()))) {
            Task first = goingOn();
            Task next = dispatch("next");
            deliver();
            assertThat(state(next)).isEqualTo(TaskState.WAITING);
            end.accept(first);
            deliver();
            assertThat(state(next)).isEqualTo(TaskState.COMPLETED);
        }
    }

    @Test
    void a_task_that_others_outrun_tries_again_in_its_place() {
        int[] lost = {3};
        steps = arguments -> {
            if (lost[0]-- > 0) {
                throw new StoreBusy("as the test wants it", Duration.ofSeconds(5));
            }
        };
        Task first = dispatch("first");
        Task second = dispatch("second");

        deliver();

        assertThat(tasks().get(first.id()).error()).isEmpty();
        assertThat(List.of(state(first), state(second))).containsOnly(TaskState.COMPLETED);
        assertThat(ran).containsExactly("first", "first", "first", "first", "second");
    }

    @Test
    void a_step_that_others_outrun_is_tried_again_and_the_task_lives_on() {
        Task task = goingOn();

        assertThatThrownBy(() -> runner().resume(task.id(), run -> {
                    throw new StoreBusy("as the test wants it", Duration.ofSeconds(5));
                }))
                .isInstanceOf(StoreBusy.class);

        assertThat(state(task)).isEqualTo(TaskState.RUNNING);
    }
}
