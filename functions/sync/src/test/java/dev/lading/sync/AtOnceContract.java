package dev.lading.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.blob.BlobRecord;
import dev.lading.oci.Digest;
import dev.lading.sync.run.SyncRequest;
import dev.lading.task.TaskId;
import dev.lading.task.TaskState;
import dev.lading.testing.Bytes;
import dev.lading.testing.Reply;
import dev.lading.testing.WatchedMetadataStore;
import dev.lading.testing.WatchedMetadataStore.ProcessDied;
import dev.lading.work.Work;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Syncs of the same content at the same time, by several processes. */
public abstract class AtOnceContract extends SyncFixture {
    private Digest image(byte[] layer) {
        upstream.withoutReferrers();
        return image("v1", layer);
    }

    @Test
    void lanes_of_one_run_that_find_their_blobs_stored_lose_no_race_to_each_other() {
        List<byte[]> layers =
                IntStream.range(0, 24).mapToObj(i -> Bytes.random(20)).toList();
        Digest image = image("many", layers.stream(), "v1");
        SyncRequest request = request(APP, remote());
        TaskId id = start(request);
        deliverTask();
        layers.forEach(layer -> process().registry.pushBlob(OTHER, layer));

        deliverCopiesAtOnce(12);

        deliver();
        assertThat(task(id).error()).isEmpty();
        assertThat(task(id).state()).isEqualTo(TaskState.COMPLETED);
        assertThat(done(task(id), "sync.blobs")).isEqualTo(24);
        assertThat(requests("/blobs/")).isEmpty();
        requireWhole(APP, image);
    }

    /** Two runs that want one blob; the second requests it while the upstream answers the first. */
    private List<TaskId> twoAtOnce(UnaryOperator<Reply> first) {
        TaskId one = start(request(APP, remote().maxRetries(0)));
        TaskId other = start(request(OTHER, remote().maxRetries(0)));
        deliverTask();
        deliverTask();
        upstream.fault("/blobs/", 1, reply -> {
            deliverLastCopy();
            return first.apply(reply);
        });
        deliver();
        return List.of(one, other);
    }

    @Test
    void a_blob_that_two_want_at_once_is_asked_for_once() {
        Digest image = image(Bytes.random(20));

        List<TaskId> both = twoAtOnce(reply -> reply);

        assertThat(both.stream().map(id -> task(id).state())).containsOnly(TaskState.COMPLETED);
        assertThat(requests("/blobs/")).hasSize(1);
        requireWhole(APP, image);
        requireWhole(OTHER, image);
    }

    @Test
    void whoever_waits_for_a_fetch_that_fails_fetches_itself() {
        Digest image = image(Bytes.random(20));

        List<TaskId> both = twoAtOnce(reply -> Reply.error(404, "BLOB_UNKNOWN"));

        assertThat(both.stream().map(id -> task(id).state())).containsExactly(TaskState.FAILED, TaskState.COMPLETED);
        assertThat(requests("/blobs/")).hasSize(2);
        requireWhole(OTHER, image);
    }

    @Test
    void whoever_waits_for_a_fetch_that_is_canceled_fetches_itself() {
        Digest image = image(Bytes.random(20));
        List<TaskId> all = Stream.of(APP, OTHER)
                .map(name -> start(request(name, remote())))
                .toList();
        deliverTask();
        deliverTask();
        upstream.fault("/blobs/", 1, reply -> {
            deliverLastCopy();
            process().tasks.cancel(all.getFirst());
            return Reply.never();
        });

        deliver();

        assertThat(all.stream().map(id -> task(id).state())).containsExactly(TaskState.CANCELED, TaskState.COMPLETED);
        requireWhole(OTHER, image);
    }

    @Test
    void whoever_waits_for_a_fetch_whose_message_is_dead_fetches_itself() {
        Digest image = image(Bytes.random(20));
        TaskId one = start(request(APP, remote()));
        TaskId other = start(request(OTHER, remote()));
        deliverTask();
        deliverTask();
        WatchedMetadataStore dying = watched();
        AtomicBoolean died = new AtomicBoolean();
        dying.beforeWrite(write -> {
            if (dying.writes(BlobRecord.TABLE) || died.get()) {
                died.set(true);
                throw new ProcessDied();
            }
        });
        restart(dying, limits());
        upstream.fault("/blobs/", 1, reply -> {
            deliverLastCopy();
            return reply;
        });
        Work dead = takeCopy();
        assertThatThrownBy(() -> process().copier.work(dead)).isInstanceOf(ProcessDied.class);
        restart(metadata(), limits());

        process().copier.deadLetter(dead);

        deliver();
        assertThat(task(one).state()).isEqualTo(TaskState.FAILED);
        assertThat(task(other).state()).isEqualTo(TaskState.COMPLETED);
        requireWhole(OTHER, image);
    }

    /** Stops the process after each write in turn, until a run needs no more. */
    @Test
    void nobody_who_waits_for_a_fetch_is_forgotten_wherever_the_process_dies() {
        int write = 1;
        while (!dying(write)) {
            write += betweenDeaths();
        }
    }

    /** Whether all was done before the process could die. */
    private boolean dying(int write) {
        upstream.forgetEverything();
        upstream.heal();
        Digest image = image(Bytes.random(20));
        boolean died = false;
        List<TaskId> both = Stream.of(APP, OTHER)
                .map(name -> start(request(name, remote())))
                .toList();
        deliverTask();
        deliverTask();
        restart(watched().dieAfterWrite(write), limits());
        upstream.fault("/blobs/", 1, reply -> {
            try {
                deliverLastCopy();
            } catch (ProcessDied e) {
                return reply;
            }
            return reply;
        });
        try {
            deliver();
        } catch (ProcessDied e) {
            died = true;
        }
        restart(metadata(), limits());
        process().tasks.recover();
        deliver();

        assertThat(both.stream().map(id -> task(id).state())).containsOnly(TaskState.COMPLETED);
        requireWhole(APP, image);
        requireWhole(OTHER, image);
        return !died;
    }
}
