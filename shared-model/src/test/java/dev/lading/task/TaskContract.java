package dev.lading.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RegistryException.StoreBusy;
import dev.lading.task.TaskHandler.Outcome;
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

/** What tasks promise over any store. The queue is a list, delivered from by hand. */
public abstract class TaskContract extends ServiceContract {
    private final List<Work> queued = new ArrayList<>();
    private final List<String> ran = new ArrayList<>();
    private Consumer<TaskRun> steps = run -> {};
    private boolean full;

    private record Handler(String name, boolean isRepeatable, TaskContract test) implements TaskHandler {
        @Override
        public Outcome run(String arguments, TaskRun run) throws IOException {
            test.ran.add(name + " " + arguments);
            test.steps.accept(run);
            return new Outcome(List.of("/made/"), Optional.of("{\"n\":1}"));
        }
    }

    private TaskService service() {
        return new TaskService(
                metadata(),
                work -> !full && queued.addAll(work),
                clock,
                List.of(new Handler("again", true, this), new Handler("once", false, this)));
    }

    private static TaskRequest request(String name) {
        return new TaskRequest(name, "{}", "group", List.of("prn:a", "shared:prn:b"), "cid");
    }

    private static UUID id(Work work) {
        return UUID.fromString(work.body());
    }

    @Test
    void a_task_is_remembered_before_it_runs_and_after() {
        Task dispatched = service().dispatch(request("again"));

        assertThat(service().get(dispatched.id())).isEqualTo(dispatched);
        assertThat(dispatched.state()).isEqualTo(TaskState.WAITING);
        assertThat(queued).containsExactly(new Work("group", dispatched.id().toString()));
        clock.advance(Duration.ofSeconds(1));
        service().run(dispatched.id());

        Task done = service().get(dispatched.id());
        assertThat(done.state()).isEqualTo(TaskState.COMPLETED);
        assertThat(done.createdResources()).containsExactly("/made/");
        assertThat(done.result()).contains("{\"n\":1}");
        assertThat(done.started()).contains(dispatched.created().plusSeconds(1));
        assertThat(done.finished()).isPresent();
        assertThat(ran).containsExactly("again {}");
    }

    @Test
    void a_task_that_is_delivered_twice_runs_once() {
        Task task = service().dispatch(request("once"));

        service().run(task.id());
        service().run(task.id());

        assertThat(ran).hasSize(1);
        service().run(UUID.randomUUID());
    }

    @Test
    void a_task_that_is_dispatched_twice_under_one_id_is_one() {
        UUID id = UUID.randomUUID();

        service().dispatch(id, request("once"));
        service().dispatch(id, request("once"));
        queued.forEach(work -> service().run(id(work)));

        assertThat(service().all().map(Task::id)).containsExactly(id);
        assertThat(ran).hasSize(1);
    }

    @Test
    void a_failure_is_told_in_a_sentence() {
        steps = run -> {
            throw new FieldInvalid("a", "this was not to be");
        };
        Task refused = service().dispatch(request("again"));
        service().run(refused.id());
        steps = run -> {
            throw new IllegalStateException("secret inside");
        };
        Task broken = service().dispatch(request("again"));
        service().run(broken.id());

        assertThat(service().get(refused.id()).error()).contains("this was not to be");
        assertThat(service().get(refused.id()).state()).isEqualTo(TaskState.FAILED);
        assertThat(service().get(broken.id()).error().orElseThrow())
                .contains(broken.id().toString())
                .doesNotContain("secret");
    }

    /** A kill is thrown as an error, which nothing here catches. */
    private void die(Task task) {
        steps = run -> {
            throw new ThreadDeathForTest();
        };
        assertThatThrownBy(() -> service().run(task.id())).isInstanceOf(ThreadDeathForTest.class);
        steps = run -> {};
    }

    private static final class ThreadDeathForTest extends Error {}

    @Test
    void a_task_that_a_kill_broke_off_is_run_again_if_it_may() {
        Task task = service().dispatch(request("again"));
        die(task);
        assertThat(service().get(task.id()).state()).isEqualTo(TaskState.RUNNING);
        queued.clear();

        TaskService restarted = service();
        restarted.recover();
        queued.forEach(work -> restarted.run(id(work)));

        assertThat(restarted.get(task.id()).state()).isEqualTo(TaskState.COMPLETED);
        assertThat(ran).hasSize(2);
    }

    @Test
    void a_task_that_a_kill_broke_off_and_that_may_not_run_again_has_failed() {
        Task task = service().dispatch(request("once"));
        die(task);

        service().run(task.id());

        assertThat(service().get(task.id()).state()).isEqualTo(TaskState.FAILED);
        assertThat(service().get(task.id()).error()).contains("the server stopped while the task ran");
        assertThat(ran).hasSize(1);
    }

    @Test
    void a_task_that_waits_is_canceled_at_once() {
        Task task = service().dispatch(request("again"));

        assertThat(service().cancel(task.id()).state()).isEqualTo(TaskState.CANCELED);
        service().run(task.id());

        assertThat(ran).isEmpty();
        assertThat(service().cancel(task.id()).state()).isEqualTo(TaskState.CANCELED);
    }

    @Test
    void a_task_that_runs_is_canceled_at_its_next_report() {
        List<String> after = new ArrayList<>();
        Task task = service().dispatch(request("again"));
        steps = run -> {
            run.report("part", "Parts", 1, Optional.of(3L));
            assertThat(service().cancel(task.id()).state()).isEqualTo(TaskState.CANCELING);
            clock.advance(Duration.ofSeconds(2));
            run.report("part", "Parts", 2, Optional.of(3L));
            after.add("went on");
        };

        service().run(task.id());

        Task canceled = service().get(task.id());
        assertThat(after).isEmpty();
        assertThat(canceled.state()).isEqualTo(TaskState.CANCELED);
        assertThat(canceled.createdResources()).isEmpty();
    }

    @Test
    void reports_are_seen_while_it_runs_and_kept() {
        Task task = service().dispatch(request("again"));
        steps = run -> {
            run.report("part", "Parts", 1, Optional.of(2L));
            assertThat(service().get(task.id()).progress())
                    .containsExactly(new ProgressReport("part", "Parts", TaskState.RUNNING, Optional.of(2L), 1));
            run.report("part", "Parts", 2, Optional.of(2L));
        };

        service().run(task.id());

        assertThat(service().get(task.id()).progress())
                .containsExactly(new ProgressReport("part", "Parts", TaskState.COMPLETED, Optional.of(2L), 2));
    }

    @Test
    void a_full_queue_refuses_and_leaves_nothing() {
        full = true;

        assertThatThrownBy(() -> service().dispatch(request("again"))).isInstanceOf(StoreBusy.class);

        assertThat(service().all()).isEmpty();
    }

    @Test
    void tasks_are_listed_newest_first_and_forgotten_once_they_ended() {
        Task first = service().dispatch(request("again"));
        clock.advance(Duration.ofSeconds(1));
        Task second = service().dispatch(request("again"));
        assertThat(service().all()).containsExactly(second, first);

        assertThat(service().delete(first.id())).isFalse();
        service().run(first.id());
        assertThat(service().delete(first.id())).isTrue();
        assertThatThrownBy(() -> service().get(first.id())).isInstanceOf(EntityUnknown.class);
    }

    @Test
    void a_purge_takes_those_that_ended_before_a_time_in_some_states() {
        Task completed = service().dispatch(request("again"));
        service().run(completed.id());
        Task canceled = service().dispatch(request("again"));
        service().cancel(canceled.id());
        Task waiting = service().dispatch(request("again"));
        clock.advance(Duration.ofHours(1));
        Task later = service().dispatch(request("again"));
        service().run(later.id());

        steps = run -> service().purge(Set.of(TaskState.COMPLETED), later.created(), run);
        Task purge = service().dispatch(request("again"));
        service().run(purge.id());

        assertThat(service().all().map(Task::id))
                .containsExactlyInAnyOrder(canceled.id(), waiting.id(), later.id(), purge.id());
    }
}
