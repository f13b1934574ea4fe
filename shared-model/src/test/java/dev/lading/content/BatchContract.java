package dev.lading.content;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.content.ManifestService.Pushed;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.BlobInUse;
import dev.lading.oci.RegistryException.BlobUnknown;
import dev.lading.oci.RegistryException.ManifestBlobUnknown;
import dev.lading.oci.RegistryException.ManifestInUse;
import dev.lading.testing.Bytes;
import dev.lading.testing.Images;
import dev.lading.testing.OneBatch;
import dev.lading.testing.Registry;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.WatchedMetadataStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Commits that wait for each other are written together, and each sees the changes of those before it. */
public abstract class BatchContract extends ServiceContract {
    private WatchedMetadataStore store;
    private Registry busy;

    private Registry busy() {
        if (busy == null) {
            store = watched();
            busy = newRegistry(store);
        }
        return busy;
    }

    private OneBatch batch() {
        Registry process = busy();
        return new OneBatch(store, process);
    }

    private List<Object> inOneBatch(Callable<?>... all) throws Exception {
        return batch().run(APP, List.of(all));
    }

    @Test
    void a_tag_set_before_its_manifest_is_deleted_goes_with_it() throws Exception {
        byte[] image = Images.image(registry().holdBlobs(APP, 1), "tagged");
        Digest digest = registry().push(APP, byTag("old"), image).digest();
        inOneBatch(
                () -> busy().push(APP, byTag("new"), image),
                () -> busy().manifests.delete(APP, byDigest(digest)));
        assertThat(registry().hasManifest(APP, byDigest(digest))).isFalse();
        assertThat(registry().tags(APP)).containsExactly("first");
    }

    @Test
    void a_blob_named_by_a_manifest_just_before_cannot_be_deleted() throws Exception {
        Digest blob = registry().pushBlob(APP, Bytes.random(10));
        byte[] image = Images.image(List.of(blob), "uses it");
        List<Object> outcomes = inOneBatch(
                () -> busy().push(APP, byTag("uses"), image), () -> busy().blobs.delete(APP, blob));
        assertThat(outcomes.getLast()).isInstanceOf(BlobInUse.class);
        assertThat(registry().view(APP).blob(blob)).isPresent();
    }

    @Test
    void blobs_of_an_image_just_deleted_can_be_named_by_another() throws Exception {
        List<Digest> blobs = registry().holdBlobs(APP, 2);
        Digest old =
                registry().push(APP, byTag("old"), Images.image(blobs, "old")).digest();
        List<Object> outcomes = inOneBatch(
                () -> busy().manifests.delete(APP, byDigest(old)),
                () -> busy().push(APP, byTag("new"), Images.image(blobs, "new")));
        assertThat(outcomes.getLast()).isInstanceOf(Pushed.class);
        assertThat(registry().tags(APP)).containsExactly("first", "new");
        assertThat(blobs)
                .allMatch(blob -> registry().view(APP).blobInVersion(blob).isPresent());
    }

    @Test
    void a_blob_that_was_just_deleted_while_it_waited_is_not_there() throws Exception {
        Digest blob = registry().pushBlob(APP, Bytes.random(10));
        List<Object> outcomes = inOneBatch(
                () -> busy().blobs.delete(APP, blob),
                () -> busy().push(APP, byTag("late"), Images.image(List.of(blob), "names it")),
                () -> busy().blobs.delete(APP, blob));
        assertThat(outcomes.get(1)).isInstanceOf(ManifestBlobUnknown.class);
        assertThat(outcomes.get(2)).isInstanceOf(BlobUnknown.class);
        assertThat(registry().view(APP).blob(blob)).isEmpty();
    }

    @Test
    void an_index_just_behind_its_manifest_finds_it() throws Exception {
        byte[] image = Images.image(registry().holdBlobs(APP, 1), "child");
        Digest child = Digest.of(Digest.SHA256, image);
        inOneBatch(
                () -> busy().push(APP, byDigest(child), image),
                () -> busy().push(APP, byTag("index"), Images.index(List.of(child), "parent")));
        assertThat(registry().hasManifest(APP, byTag("index"))).isTrue();
    }

    @Test
    void a_manifest_is_needed_by_an_index_just_before_its_deletion() throws Exception {
        Digest child = registry().pushImage(APP, "child").digest();
        List<Object> outcomes = inOneBatch(
                () -> busy().push(APP, byTag("index"), Images.index(List.of(child), "parent")),
                () -> busy().manifests.delete(APP, byDigest(child)));
        assertThat(outcomes.getLast()).isInstanceOf(ManifestInUse.class);
        assertThat(registry().tags(APP)).containsExactly("child", "first", "index");
    }

    @Test
    void an_index_just_behind_the_deletion_of_its_manifest_is_refused() throws Exception {
        Digest child = registry().pushImage(APP, "child").digest();
        List<Object> outcomes = inOneBatch(
                () -> busy().manifests.delete(APP, byDigest(child)),
                () -> busy().push(APP, byTag("index"), Images.index(List.of(child), "parent")));
        assertThat(outcomes.getLast()).isInstanceOf(ManifestBlobUnknown.class);
        assertThat(registry().tags(APP)).containsExactly("first");
    }

    @Test
    void one_tag_moved_many_times_ends_at_the_last() throws Exception {
        List<Digest> blobs = registry().holdBlobs(APP, 1);
        List<Callable<Object>> pushes = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            byte[] image = Images.image(blobs, "push " + i);
            pushes.add(() -> busy().push(APP, byTag("moving"), image).digest());
        }
        List<Object> digests = batch().run(APP, pushes);
        assertThat(registry().tag(APP, "moving")).isEqualTo(Optional.of(digests.getLast()));
        for (int i = 0; i < 6; i++) {
            assertThat(registry().tag(registry().pin(APP, i + 2L), "moving")).isEqualTo(Optional.of(digests.get(i)));
        }
    }

    @Test
    void a_refusal_is_decided_again_when_what_it_was_for_is_not_stored() throws Exception {
        Digest blob = registry().pushBlob(APP, Bytes.random(10));
        OneBatch batch =
                batch().before(() -> registry().push(APP, byTag("other"), Images.image(List.of(blob), "other")));
        List<Object> outcomes = batch.run(
                APP,
                List.of(
                        () -> busy().blobs.delete(APP, blob),
                        () -> busy().push(APP, byTag("late"), Images.image(List.of(blob), "late"))));
        assertThat(outcomes.getFirst()).isInstanceOf(BlobInUse.class);
        assertThat(outcomes.getLast()).isInstanceOf(Pushed.class);
        assertThat(registry().tags(APP)).containsExactly("first", "late", "other");
    }
}
