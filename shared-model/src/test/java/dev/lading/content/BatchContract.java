package dev.lading.content;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.BlobInUse;
import dev.lading.testing.Bytes;
import dev.lading.testing.Images;
import dev.lading.testing.Registry;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.WatchedMetadataStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** Commits that wait for each other are written together, and each sees what those before it did. */
public abstract class BatchContract extends ServiceContract {
    private WatchedMetadataStore store;

    @Test
    void a_tag_set_before_its_manifest_is_deleted_goes_with_it() throws Exception {
        byte[] image = Images.image(registry().holdBlobs(APP, 1), "tagged");
        Digest digest = registry().push(APP, byTag("old"), image).digest();
        Registry busy = busyRegistry();
        inOneBatch(
                busy,
                List.of(() -> busy.push(APP, byTag("new"), image), () -> busy.manifests.delete(APP, byDigest(digest))));
        assertThat(registry().hasManifest(APP, byDigest(digest))).isFalse();
        assertThat(registry().tags(APP)).containsExactly("first");
    }

    @Test
    void a_blob_named_by_a_manifest_just_before_cannot_be_deleted() throws Exception {
        Digest blob = registry().pushBlob(APP, Bytes.random(10));
        byte[] image = Images.image(List.of(blob), "uses it");
        Registry busy = busyRegistry();
        List<Object> outcomes = inOneBatch(
                busy, List.of(() -> busy.push(APP, byTag("uses"), image), () -> busy.blobs.delete(APP, blob)));
        assertThat(outcomes.getLast()).isInstanceOf(BlobInUse.class);
        assertThat(registry().view(APP).blob(blob)).isPresent();
    }

    @Test
    void an_index_just_behind_its_manifest_finds_it() throws Exception {
        byte[] image = Images.image(registry().holdBlobs(APP, 1), "child");
        Digest child = Digest.of(Digest.SHA256, image);
        Registry busy = busyRegistry();
        inOneBatch(
                busy,
                List.of(
                        () -> busy.push(APP, byDigest(child), image),
                        () -> busy.push(APP, byTag("index"), Images.index(List.of(child), "parent"))));
        assertThat(registry().hasManifest(APP, byTag("index"))).isTrue();
    }

    @Test
    void one_tag_moved_many_times_ends_at_the_last() throws Exception {
        List<Digest> blobs = registry().holdBlobs(APP, 1);
        Registry busy = busyRegistry();
        List<Callable<Object>> pushes = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            byte[] image = Images.image(blobs, "push " + i);
            pushes.add(() -> busy.push(APP, byTag("moving"), image).digest());
        }
        List<Object> digests = inOneBatch(busy, pushes);
        assertThat(registry().tag(APP, "moving")).isEqualTo(Optional.of(digests.getLast()));
        for (int i = 0; i < 6; i++) {
            assertThat(registry().tag(registry().pin(APP, i + 2L), "moving")).isEqualTo(Optional.of(digests.get(i)));
        }
    }

    private Registry busyRegistry() {
        store = watched();
        return newRegistry(store);
    }

    /** Holds back the first commit's write until {@code all} wait behind it in this order; answers their results or failures. */
    private List<Object> inOneBatch(Registry busy, List<Callable<Object>> all) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        byte[] first = Images.image(registry().holdBlobs(APP, 1), "first");
        store.restart().beforeWrite(write -> {
            if (write == 1) {
                awaitUninterruptibly(go);
            }
        });
        FutureTask<Object> holding = new FutureTask<>(() -> busy.push(APP, byTag("first"), first));
        awaitParked(Thread.ofPlatform().start(holding));
        List<FutureTask<Object>> tasks = new ArrayList<>();
        for (Callable<Object> each : all) {
            FutureTask<Object> task = new FutureTask<>(() -> outcome(each));
            awaitParked(Thread.ofPlatform().start(task));
            tasks.add(task);
        }
        go.countDown();
        holding.get();
        List<Object> outcomes = new ArrayList<>();
        for (FutureTask<Object> task : tasks) {
            outcomes.add(task.get());
        }
        return outcomes;
    }

    private static Object outcome(Callable<Object> call) throws Exception {
        try {
            return call.call();
        } catch (RuntimeException e) {
            return e;
        }
    }

    private static void awaitParked(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
