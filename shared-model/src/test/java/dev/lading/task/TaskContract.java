package dev.lading.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.audit.Acting;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RegistryException.StoreBusy;
import dev.lading.task.TaskHandler.Outcome;
import dev.lading.task.TaskHandler.Result;
import dev.lading.task.TaskHandler.Unfinished;
import dev.lading.testing.ServiceContract;
import dev.lading.work.Work;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The contract of tasks over any store. The queue is a list, delivered from by hand. */
public abstract class TaskContract extends ServiceContract {
    private final List<Work> queued = new ArrayList<>();
    private final List<String> ran = new ArrayList<>();
    private final List<TaskState> ended = new ArrayList<>();
    private Consumer<TaskRun> steps = run -> {};
    private Result result = new Outcome(List.of("/made/"), Optional.of("{\"n\":1}"));
    private boolean full;

    private record Handler(String name, boolean isRepeatable, TaskContract test) implements TaskHandler {
        @Override
        public Result run(String arguments, TaskRun run) throws IOException {
            test.ran.add(name + " " + arguments);
            test.steps.accept(run);
            return test.result;
        }

        @Override
        public void ended(Task task) {
            test.ended.add(task.state());
        }
    }

    private Tasks tasks() {
        return new Tasks(metadata(), work -> !full && queued.addAll(work), clock, Acting.NOBODY);
    }

    private TaskRunner runner() {
        return new TaskRunner(
                tasks(), clock, List.of(new Handler("again", true, this), new Handler("once", false, this)));
    }

    private static TaskRequest request(String name) {
        return new TaskRequest(name, "{}", "group", List.of("prn:a", "shared:prn:b"), "cid");
    }

    private static TaskId id(Work work) {
        return TaskId.of(work.body());
    }

    @Test
    void a_task_is_remembered_before_it_runs_and_after() {
        Task dispatched = tasks().dispatch(request("again"));

        assertThat(tasks().get(dispatched.id())).isEqualTo(dispatched);
        assertThat(dispatched.state()).isEqualTo(TaskState.WAITING);
        assertThat(queued).containsExactly(new Work("group", dispatched.id().toString()));
        clock.advance(Duration.ofSeconds(1));
        runner().run(dispatched.id());

        Task done = tasks().get(dispatched.id());
        assertThat(done.state()).isEqualTo(TaskState.COMPLETED);
        assertThat(done.createdResources()).containsExactly("/made/");
        assertThat(done.result()).contains("{\"n\":1}");
        assertThat(done.started()).contains(dispatched.created().plusSeconds(1));
        assertThat(done.finished()).isPresent();
        assertThat(ran).containsExactly("again {}");
    }

    @Test
    void a_task_that_is_delivered_twice_runs_once() {
        Task task = tasks().dispatch(request("once"));

        runner().run(task.id());
        runner().run(task.id());

        assertThat(ran).hasSize(1);
        runner().run(new TaskId(UUID.randomUUID()));
    }

    @Test
    void a_task_that_is_dispatched_twice_under_one_id_is_one() {
        TaskId id = new TaskId(UUID.randomUUID());

        tasks().dispatch(id, request("once"));
        tasks().dispatch(id, request("once"));
        queued.forEach(work -> runner().run(id(work)));

        assertThat(tasks().all().map(Task::id)).containsExactly(id);
        assertThat(ran).hasSize(1);
    }

    @Test
    void a_failure_is_told_in_a_sentence() {
        steps = run -> {
            throw new FieldInvalid("a", "this was not to be");
        };
        Task refused = tasks().dispatch(request("again"));
        runner().run(refused.id());
        steps = run -> {
            throw new IllegalStateException("secret inside");
        };
        Task broken = tasks().dispatch(request("again"));
        runner().run(broken.id());

        assertThat(tasks().get(refused.id()).error()).contains("this was not to be");
        assertThat(tasks().get(refused.id()).state()).isEqualTo(TaskState.FAILED);
        assertThat(tasks().get(broken.id()).error().orElseThrow())
                .contains(broken.id().toString())
                .doesNotContain("secret");
    }

    /** Kills the process by an error, which nothing here catches. */
    private void die(Task task) {
        steps = run -> {
            throw new ThreadDeathForTest();
        };
        assertThatThrownBy(() -> runner().run(task.id())).isInstanceOf(ThreadDeathForTest.class);
        steps = run -> {};
    }

    private static final class ThreadDeathForTest extends Error {}

    @Test
    void a_task_that_a_kill_broke_off_is_run_again_if_it_may() {
        Task task = tasks().dispatch(request("again"));
        die(task);
        assertThat(tasks().get(task.id()).state()).isEqualTo(TaskState.RUNNING);
        queued.clear();

        Tasks restarted = tasks();
        restarted.recover();
        queued.forEach(work -> runner().run(id(work)));

        assertThat(restarted.get(task.id()).state()).isEqualTo(TaskState.COMPLETED);
        assertThat(ran).hasSize(2);
    }

    @Test
    void a_task_that_a_kill_broke_off_and_that_may_not_run_again_has_failed() {
        Task task = tasks().dispatch(request("once"));
        die(task);

        runner().run(task.id());

        assertThat(tasks().get(task.id()).state()).isEqualTo(TaskState.FAILED);
        assertThat(tasks().get(task.id()).error()).contains("the server stopped while the task ran");
        assertThat(ran).hasSize(1);
    }

    @Test
    void a_task_that_a_stop_broke_off_is_run_again_if_it_may() {
        Task task = tasks().dispatch(request("again"));
        steps = run -> {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("as the stop wants it");
        };

        assertThatThrownBy(() -> runner().run(task.id())).isInstanceOf(IllegalStateException.class);
        assertThat(Thread.interrupted()).isTrue();

        assertThat(tasks().get(task.id()).state()).isEqualTo(TaskState.RUNNING);
        steps = run -> {};
        runner().run(task.id());
        assertThat(tasks().get(task.id()).state()).isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void a_task_that_waits_is_canceled_at_once() {
        Task task = tasks().dispatch(request("again"));

        assertThat(tasks().cancel(task.id()).state()).isEqualTo(TaskState.CANCELED);
        runner().run(task.id());

        assertThat(ran).isEmpty();
        assertThat(tasks().cancel(task.id()).state()).isEqualTo(TaskState.CANCELED);
    }

    @Test
    void a_task_that_runs_is_canceled_at_its_next_report() {
        List<String> after = new ArrayList<>();
        Task task = tasks().dispatch(request("again"));
        steps = run -> {
            run.report("part", "Parts", 1, Optional.of(3L));
            assertThat(tasks().cancel(task.id()).state()).isEqualTo(TaskState.CANCELING);
            clock.advance(Duration.ofSeconds(2));
            run.report("part", "Parts", 2, Optional.of(3L));
            after.add("went on");
        };

        runner().run(task.id());

        Task canceled = tasks().get(task.id());
        assertThat(after).isEmpty();
        assertThat(canceled.state()).isEqualTo(TaskState.CANCELED);
        assertThat(canceled.createdResources()).isEmpty();
    }

    @Test
    void reports_are_seen_while_it_runs_and_kept() {
        Task task = tasks().dispatch(request("again"));
        steps = run -> {
            run.report("part", "Parts", 1, Optional.of(2L));
            assertThat(tasks().get(task.id()).progress())
                    .containsExactly(new ProgressReport("part", "Parts", TaskState.RUNNING, Optional.of(2L), 1));
            run.report("part", "Parts", 2, Optional.of(2L));
        };

        runner().run(task.id());

        assertThat(tasks().get(task.id()).progress())
                .containsExactly(new ProgressReport("part", "Parts", TaskState.COMPLETED, Optional.of(2L), 2));
    }

    /** A task that has begun and is left to others. */
    private Task goingOn() {
        Task task = tasks().dispatch(request("again"));
        result = Unfinished.GOES_ON;
        runner().run(task.id());
        result = Outcome.NOTHING;
        queued.clear();
        return task;
    }

    @Test
    void a_task_goes_on_by_steps_until_its_handler_completes_it() throws IOException {
        Task task = goingOn();
        assertThat(tasks().get(task.id()).state()).isEqualTo(TaskState.RUNNING);
        clock.advance(Duration.ofSeconds(2));

        runner().resume(task.id(), run -> run.report("part", "Parts", 1, Optional.of(3L)));
        tasks().redeliver(task.id());

        assertThat(tasks().get(task.id()).progress())
                .containsExactly(new ProgressReport("part", "Parts", TaskState.RUNNING, Optional.of(3L), 1));
        assertThat(queued).containsExactly(new Work("group", task.id().toString()));
        runner().run(task.id());
        assertThat(tasks().get(task.id()).state()).isEqualTo(TaskState.COMPLETED);
        assertThat(ended).containsExactly(TaskState.COMPLETED);
        runner().resume(task.id(), run -> ran.add("after the end"));
        assertThat(ran).hasSize(2);
    }

    @Test
    void a_step_that_is_refused_fails_the_task_and_one_that_breaks_may_be_tried_again() throws IOException {
        Task task = goingOn();

        assertThatThrownBy(() -> runner().resume(task.id(), run -> {
                    throw new IOException("as the test wants it");
                }))
                .isInstanceOf(IOException.class);
        assertThat(tasks().get(task.id()).state()).isEqualTo(TaskState.RUNNING);
        runner().resume(task.id(), run -> {
            throw new FieldInvalid("a", "this was not to be");
        });

        assertThat(tasks().get(task.id()).error()).contains("this was not to be");
        assertThat(ended).containsExactly(TaskState.FAILED);
    }

    @Test
    void a_task_that_goes_on_is_canceled_before_its_next_step() throws IOException {
        Task task = goingOn();

        tasks().cancel(task.id());
        runner().resume(task.id(), run -> ran.add("a step"));

        assertThat(tasks().get(task.id()).state()).isEqualTo(TaskState.CANCELED);
        assertThat(ended).containsExactly(TaskState.CANCELED);
        assertThat(ran).hasSize(1);
    }

    @Test
    void a_task_that_is_canceled_between_two_steps_ends_without_another() {
        Task task = goingOn();

        tasks().cancel(task.id());
        queued.forEach(work -> runner().run(id(work)));

        assertThat(tasks().get(task.id()).state()).isEqualTo(TaskState.CANCELED);
        assertThat(ran).hasSize(1);
    }

    @Test
    void a_task_that_cannot_be_done_fails_with_the_reason() {
        Task task = goingOn();

        runner().fail(task.id(), "it was tried too often");
        runner().fail(task.id(), "another reason");

        assertThat(tasks().get(task.id()).error()).contains("it was tried too often");
    }

    @Test
    void a_dead_letter_ends_its_task_with_what_to_do_and_one_of_a_deleted_task_ends_nothing() {
        Task task = goingOn();

        runner().deadLetter(new Work("group", task.id().toString()));
        runner().deadLetter(new Work("group", task.id().toString()));
        runner().deadLetter(new Work("group", UUID.randomUUID().toString()));

        assertThat(tasks().get(task.id()).state()).isEqualTo(TaskState.FAILED);
        assertThat(tasks().get(task.id()).error().orElseThrow())
                .contains("under task " + task.id(), "start it again when that is put right");
    }

    @Test
    void a_task_may_wait_for_its_turn() {
        Task task = tasks().dispatch(request("again"));
        result = Unfinished.WAITS;
        runner().run(task.id());

        assertThat(tasks().get(task.id()).state()).isEqualTo(TaskState.WAITING);
        assertThat(tasks().get(task.id()).started()).isEmpty();
        result = Outcome.NOTHING;
        runner().run(task.id());
        assertThat(tasks().get(task.id()).state()).isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void the_end_of_a_task_is_told_again_when_it_is_delivered_again() {
        Task task = tasks().dispatch(request("again"));
        runner().run(task.id());
        runner().run(task.id());

        assertThat(ended).containsExactly(TaskState.COMPLETED, TaskState.COMPLETED);
        assertThat(ran).hasSize(1);
    }

    @Test
    void a_full_queue_refuses_and_leaves_nothing() {
        full = true;

        assertThatThrownBy(() -> tasks().dispatch(request("again"))).isInstanceOf(StoreBusy.class);

        assertThat(tasks().all()).isEmpty();
    }

    @Test
    void tasks_are_listed_newest_first_and_forgotten_once_they_ended() {
        Task first = tasks().dispatch(request("again"));
        clock.advance(Duration.ofSeconds(1));
        Task second = tasks().dispatch(request("again"));
        assertThat(tasks().all()).containsExactly(second, first);

        assertThat(tasks().delete(first.id())).isFalse();
        runner().run(first.id());
        assertThat(tasks().delete(first.id())).isTrue();
        assertThatThrownBy(() -> tasks().get(first.id())).isInstanceOf(EntityUnknown.class);
    }

    @Test
    void a_purge_takes_those_that_ended_before_a_time_in_some_states() {
        Task completed = tasks().dispatch(request("again"));
        runner().run(completed.id());
        Task canceled = tasks().dispatch(request("again"));
        tasks().cancel(canceled.id());
        Task waiting = tasks().dispatch(request("again"));
        clock.advance(Duration.ofHours(1));
        Task later = tasks().dispatch(request("again"));
        runner().run(later.id());

        steps = run -> tasks().purge(Set.of(TaskState.COMPLETED), later.created(), run);
        Task purge = tasks().dispatch(request("again"));
        runner().run(purge.id());

        assertThat(tasks().all().map(Task::id))
                .containsExactlyInAnyOrder(canceled.id(), waiting.id(), later.id(), purge.id());
    }
}
