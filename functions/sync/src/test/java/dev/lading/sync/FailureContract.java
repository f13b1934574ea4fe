package dev.lading.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.BlobUnknown;
import dev.lading.sync.run.SyncLimits;
import dev.lading.sync.run.SyncPart;
import dev.lading.sync.run.SyncRequest;
import dev.lading.sync.run.SyncRun;
import dev.lading.task.Task;
import dev.lading.task.TaskId;
import dev.lading.task.TaskState;
import dev.lading.testing.Bytes;
import dev.lading.testing.Registry;
import dev.lading.testing.Reply;
import dev.lading.testing.Stored;
import dev.lading.testing.WatchedMetadataStore;
import dev.lading.testing.WatchedMetadataStore.ProcessDied;
import dev.lading.upload.Upload;
import dev.lading.work.Work;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Syncs that fail, end early, or are interrupted: nothing wrong is stored, and nothing is fetched twice. */
public abstract class FailureContract extends SyncFixture {
    private static final Duration PROTECTION = Duration.ofHours(1);

    private void cleanUp() {
        process().runs.letGo(clock.instant().minus(PROTECTION));
        try {
            process().registry.cleanup.cleanUp(PROTECTION, deleted -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void requireNothingVisible(byte[]... blobs) {
        assertThat(process().registry.versions(APP)).containsExactly(0L);
        for (byte[] blob : blobs) {
            Registry registry = process().registry;
            assertThatThrownBy(() -> registry.blobs.get(registry.pull(APP), Digest.of(Digest.SHA256, blob)))
                    .isInstanceOf(BlobUnknown.class);
        }
    }

    @Test
    void corrupt_content_is_refused_and_named_and_what_was_right_is_kept() {
        byte[] right = Bytes.random(70);
        byte[] wrong = Bytes.random(80);
        image("v1", right, wrong);
        Digest corrupt = Digest.of(Digest.SHA256, wrong);
        upstream.fault("blobs/" + corrupt, 1, reply -> reply.corrupted());
        SyncRequest request = request(APP, remote());

        Task failed = sync(request);

        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        assertThat(failed.error().orElseThrow()).contains(corrupt.toString()).contains(upstream.authority());
        requireNothingVisible(right, wrong);
        assertThat(process().registry.content.blob(corrupt)).isEmpty();
        upstream.forgetRequests();

        completed(request);
        assertThat(requests("/blobs/")).hasSize(1);
        assertThat(requests("GET /v2/library/app/manifests")).isEmpty();
        assertThat(tags(APP)).containsExactly("v1");
    }

    @Test
    void a_blob_of_another_length_than_its_manifest_says_is_refused() {
        byte[] layer = Bytes.random(80);
        image("v1", layer);
        for (int length : List.of(79, 81)) {
            upstream.fault("/blobs/", 1, reply -> reply.body(Bytes.random(length)));
            assertThat(sync(request(APP, remote())).error().orElseThrow()).contains("80 bytes");
        }
        requireNothingVisible(layer);
    }

    @Test
    void a_connection_that_breaks_is_gone_on_with() {
        byte[] layer = Bytes.random(3 * SLICE_BYTES + 10);
        Digest image = image("v1", layer);
        upstream.fault("/blobs/", 2, reply -> reply.resetAfter(SLICE_BYTES + 1000));

        completed(request(APP, remote()));

        requireWhole(APP, image);
    }

    @Test
    void a_blob_that_failed_half_way_is_gone_on_with_by_the_next_run() {
        byte[] layer = Bytes.random(3 * SLICE_BYTES + 10);
        Digest image = image("v1", layer);
        upstream.fault("/blobs/", reply -> reply.cutAfter(2 * SLICE_BYTES + 1000));
        SyncRequest request = request(APP, remote().maxRetries(0));
        Task failed = sync(request);
        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        upstream.heal();
        upstream.forgetRequests();
        restart(metadata(), limits());

        Task task = completed(request);

        assertThat(upstream.asked().stream()
                        .filter(asked -> asked.toString().contains("/blobs/"))
                        .map(asked -> asked.header("range").orElse("")))
                .containsExactly("bytes=" + 2 * SLICE_BYTES + "-");
        assertThat(done(task, "sync.bytes"))
                .isEqualTo(total(task, "sync.bytes"))
                .isEqualTo(SLICE_BYTES + 10);
        requireWhole(APP, image);
    }

    @Test
    void a_copier_whose_time_is_up_hands_the_rest_on_and_so_does_a_planner() {
        byte[] layer = Bytes.random(3 * SLICE_BYTES + 10);
        Digest large = image("a-large", layer);
        List<Digest> small = IntStream.range(0, 12)
                .mapToObj(i -> image("v%02d".formatted(i), Bytes.random(10)))
                .toList();
        SyncLimits brief = new SyncLimits(Duration.ZERO, Duration.ZERO, Duration.ofSeconds(5), 5, SLICE_BYTES);
        restart(metadata(), brief);
        clock.advanceAtEveryLook(Duration.ofMillis(1));

        Task task = completed(request(APP, remote()));

        requireWhole(APP, large);
        small.forEach(digest -> requireWhole(APP, digest));
        assertThat(requests("/tags/list")).hasSize(3);
        assertThat(requests("manifests/v00")).hasSize(1);
        assertThat(requests("blobs/" + Digest.of(Digest.SHA256, layer))).hasSize(4);
        assertThat(done(task, "sync.tags")).isEqualTo(13);
        assertThat(done(task, "sync.bytes")).isEqualTo(layer.length + 120);
    }

    @Test
    void an_upstream_that_asks_to_wait_is_waited_for_and_the_task_says_so() {
        image("v1", Bytes.random(20));
        UnaryOperator<Reply> limited =
                reply -> reply.with("ratelimit-limit", "100;w=21600").with("ratelimit-remaining", "76;w=21600");
        upstream.fault("manifests/v1", 1, reply -> Reply.of(429).with("Retry-After", "4"));
        upstream.fault("/", limited);
        List<String> told = new ArrayList<>();
        TaskId id = start(request(APP, remote()));
        whileSleeping = () -> task(id).progress().stream()
                .filter(report -> report.code().equals("sync.rate_limit"))
                .forEach(report -> told.add(report.message()));

        deliver();

        assertThat(told).isNotEmpty().allMatch(message -> message.contains("waited for it 4 s"));
        Task task = task(id);
        assertThat(task.state()).isEqualTo(TaskState.COMPLETED);
        assertThat(done(task, "sync.rate_limit")).isEqualTo(24);
        assertThat(total(task, "sync.rate_limit")).isEqualTo(100);
    }

    @Test
    void a_sync_that_waits_for_its_upstream_is_canceled_meanwhile() {
        image("v1", Bytes.random(20));
        upstream.fault("manifests/v1", reply -> Reply.of(429).with("Retry-After", "4"));
        TaskId id = start(request(APP, remote()));
        whileSleeping = () -> process().tasks.cancel(id);

        deliver();

        assertThat(task(id).state()).isEqualTo(TaskState.CANCELED);
    }

    @Test
    void a_planner_that_is_stopped_while_it_waits_for_room_is_gone_on_with() {
        Digest image = image("v1", Bytes.random(20));
        TaskId id = start(request(APP, remote()));
        roomForCopies = () -> {
            Thread.currentThread().interrupt();
            return false;
        };
        assertThatThrownBy(this::deliverTask).hasMessageContaining("stopped in the middle");
        assertThat(Thread.interrupted()).isTrue();
        roomForCopies = () -> true;
        restart(metadata(), limits());

        deliver();

        assertThat(task(id).state()).isEqualTo(TaskState.COMPLETED);
        requireWhole(APP, image);
    }

    @Test
    void messages_that_come_twice_do_nothing_twice() {
        IntStream.range(0, 3).forEach(i -> image("v" + i, Bytes.random(20)));
        SyncRequest request = request(APP, remote());
        TaskId id = start(request);
        deliverTask();
        deliverCopiesTwice();

        deliver();

        assertThat(task(id).state()).isEqualTo(TaskState.COMPLETED);
        assertThat(requests("/blobs/")).hasSize(3);
        assertThat(process().registry.versions(APP)).containsExactly(0L, 1L);
    }

    @Test
    void a_canceled_sync_changes_nothing_and_the_next_goes_on() {
        byte[] layer = Bytes.random(20);
        image("v1", layer, Bytes.random(30));
        SyncRequest request = request(APP, remote());
        TaskId id = start(request);
        deliverTask();
        deliverCopy();
        process().tasks.cancel(id);

        deliver();

        assertThat(task(id).state()).isEqualTo(TaskState.CANCELED);
        requireNothingVisible(layer);
        assertThat(requests("/blobs/")).hasSize(1);
        completed(request);
        assertThat(requests("/blobs/")).hasSize(2);
    }

    @Test
    void a_second_sync_of_the_repository_waits_for_the_first() {
        image("v1", Bytes.random(20));
        SyncRequest request = request(APP, remote());
        TaskId first = start(request);
        deliverTask();
        TaskId second = start(request);
        TaskId third = start(request);
        TaskId canceled = start(request);
        deliverTask();
        deliverTask();
        deliverTask();
        assertThat(task(second).state()).isEqualTo(TaskState.WAITING);
        process().tasks.cancel(canceled);

        deliver();

        assertThat(List.of(
                        task(first).state(), task(second).state(), task(third).state()))
                .containsOnly(TaskState.COMPLETED);
        assertThat(task(canceled).state()).isEqualTo(TaskState.CANCELED);
        assertThat(process().registry.versions(APP)).containsExactly(0L, 1L);
    }

    @Test
    void a_repository_or_a_remote_that_is_deleted_meanwhile_ends_its_sync_with_a_reason() {
        image("v1", Bytes.random(20));
        SyncRequest request = request(APP, remote());
        TaskId first = start(request);
        deliverTask();
        process().remotes.delete(request.remote());
        deliver();
        assertThat(task(first).error().orElseThrow()).contains("no remote");

        image("v2", Bytes.random(20));
        SyncRequest other = request(APP, remote());
        TaskId second = start(other);
        deliverTask();
        process().registry.repositories.delete(other.repository());
        deliver();
        assertThat(task(second).error().orElseThrow()).contains("no repository");
    }

    @Test
    void a_blob_that_cannot_be_stored_fails_the_task_with_the_reason() {
        byte[] layer = Bytes.random(20);
        image("v1", layer);
        SyncRequest request = request(APP, remote());
        TaskId id = start(request);
        deliverTask();
        WatchedMetadataStore store = watched();
        store.beforeWrite(write -> {
            if (store.writes(Upload.TABLE)) {
                throw new Broken();
            }
        });
        restart(store, limits());

        deliver();

        assertThat(task(id).state()).isEqualTo(TaskState.FAILED);
        assertThat(task(id).error().orElseThrow())
                .contains(Digest.of(Digest.SHA256, layer).toString())
                .contains("broken by the test");
        requireNothingVisible(layer);
    }

    @Test
    void a_dead_letter_fails_its_sync_once_and_says_what_to_do() {
        byte[] layer = Bytes.random(20);
        image("v1", layer);
        TaskId id = start(request(APP, remote()));
        deliverTask();
        Work dead = takeCopy();

        process().copier.deadLetter(dead);
        process().copier.deadLetter(dead);

        assertThat(task(id).error().orElseThrow()).contains("could not be stored", "Sync again when that is put right");
        deliver();
        assertThat(task(id).state()).isEqualTo(TaskState.FAILED);
        requireNothingVisible(layer);
    }

    @Test
    void a_dead_letter_whose_blob_was_stored_fails_nothing() {
        image("v1", Bytes.random(20));
        TaskId id = start(request(APP, remote()));
        deliverTask();
        Work dead = takeCopy();
        process().copier.work(dead);

        process().copier.deadLetter(dead);
        deliver();
        process().copier.deadLetter(dead);

        assertThat(task(id).state()).isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void what_a_failed_run_fetched_is_kept_for_the_protection_time() {
        byte[] right = Bytes.random(70);
        byte[] wrong = Bytes.random(80);
        image("v1", right, wrong);
        upstream.fault("blobs/" + Digest.of(Digest.SHA256, wrong), reply -> reply.corrupted());
        SyncRequest request = request(APP, remote());
        sync(request);
        Digest kept = Digest.of(Digest.SHA256, right);
        clock.advance(PROTECTION.minusSeconds(1));
        cleanUp();
        assertThat(process().registry.content.blob(kept)).isPresent();

        clock.advance(Duration.ofSeconds(2));
        cleanUp();
        cleanUp();

        assertThat(process().registry.content.blob(kept)).isEmpty();
        new Stored(process().registry, metadata(), blobs()).requireNothingUnreferenced();
        upstream.heal();
        completed(request);
        clock.advance(PROTECTION.multipliedBy(2));
        cleanUp();
        cleanUp();
        new Stored(process().registry, metadata(), blobs()).requireNothingUnreferenced();
        assertThat(process().registry.content.blob(kept)).isPresent();
    }

    @Test
    void a_run_under_way_keeps_what_it_has_however_long_it_takes() {
        image("v1", Bytes.random(70), Bytes.random(20));
        SyncRequest request = request(APP, remote());
        TaskId id = start(request);
        deliverTask();
        deliverCopy();
        clock.advance(PROTECTION.multipliedBy(3));
        cleanUp();

        deliver();

        assertThat(task(id).state()).isEqualTo(TaskState.COMPLETED);
        assertThat(requests("/blobs/")).hasSize(2);
    }

    @Test
    void a_mirror_that_loses_many_tags_loses_them_all_though_its_process_dies_meanwhile() {
        List<String> gone = IntStream.range(0, 45).mapToObj("v%02d"::formatted).toList();
        image("gone", Stream.of(Bytes.random(20)), gone.toArray(String[]::new));
        image("kept", Bytes.random(20));
        SyncRequest request = mirroring(request(APP, remote()));
        completed(request);
        gone.forEach(upstream::untag);
        TaskId id = start(request);
        WatchedMetadataStore store = watched();
        store.afterWrite(write -> {
            if (store.writes(SyncPart.TABLE)) {
                store.dieBeforeWrite(write + 1);
            }
        });
        SyncLimits smallParts = new SyncLimits(Duration.ofDays(1), Duration.ofDays(1), PATIENCE, 2, SLICE_BYTES);
        restart(store, smallParts);
        assertThatThrownBy(this::deliver).isInstanceOf(ProcessDied.class);
        restart(metadata(), smallParts);
        SyncRun died = process().runs.get(request.repository(), id);
        assertThat(died.planning().parts()).isZero();

        deliver();

        assertThat(task(id).state()).isEqualTo(TaskState.COMPLETED);
        assertThat(tags(APP)).containsExactly("kept");
    }

    @Test
    void a_companion_of_two_tags_is_taken_once_though_two_processes_find_it() {
        Digest image = image("v", Stream.of(Bytes.random(20)), "v1", "v2");
        String signature = "sha256-" + image.hex() + ".sig";
        image(signature, Bytes.random(20));
        restart(metadata(), new SyncLimits(Duration.ZERO, Duration.ZERO, PATIENCE, 1, SLICE_BYTES));
        clock.advanceAtEveryLook(Duration.ofMillis(1));

        completed(request(APP, remote().includes("v*")));

        assertThat(tags(APP)).containsExactly(signature, "v1", "v2");
    }

    /** Stops the process before and after each write in turn, until a run needs no more. */
    @Test
    void a_sync_goes_on_wherever_its_process_dies() {
        int write = 1;
        while (!syncDying(write, true) || !syncDying(write, false)) {
            write += betweenDeaths();
        }
    }

    /** Whether the sync was done before the process could die. */
    private boolean syncDying(int write, boolean applied) {
        upstream.forgetEverything();
        Digest image = image("v1", Bytes.random(20), Bytes.random(3 * SLICE_BYTES));
        RepositoryId repository = process().registry.repositories.getOrCreate(APP);
        SyncRequest request = new SyncRequest(repository, create(remote()), true, false, false);
        TaskId id = start(request);
        WatchedMetadataStore store = watched();
        restart(applied ? store.dieAfterWrite(write) : store.dieBeforeWrite(write), limits());
        boolean died = false;
        try {
            deliver();
        } catch (ProcessDied e) {
            died = true;
        }
        restart(metadata(), limits());
        process().tasks.recover();
        deliver();

        assertThat(task(id).error()).isEmpty();
        assertThat(task(id).state()).isEqualTo(TaskState.COMPLETED);
        requireWhole(APP, image);
        assertThat(tags(APP)).containsExactly("v1");
        return !died;
    }
}
