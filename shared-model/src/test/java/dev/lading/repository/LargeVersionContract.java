package dev.lading.repository;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.commit.VersionWriter;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.Content;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Query;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.ManifestUnknown;
import dev.lading.oci.RegistryException.StoreBusy;
import dev.lading.oci.Tag;
import dev.lading.testing.Images;
import dev.lading.testing.Registry;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.WatchedMetadataStore;
import dev.lading.testing.WatchedMetadataStore.ProcessDied;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A version of more records than one transaction takes is seen whole or not at all, wherever its writer dies. */
public abstract class LargeVersionContract extends ServiceContract {
    private static final int LAYERS = 300;

    private List<Digest> layers;
    private byte[] image;
    private Digest digest;

    private void prepare() {
        registry().pushImage(APP, "before");
        layers = registry().holdBlobs(APP, LAYERS);
        image = Images.image(layers, "large");
        digest = Digest.of(Digest.SHA256, image);
    }

    @Test
    void a_large_image_appears_all_at_once() {
        prepare();
        WatchedMetadataStore store = watched().afterWrite(write -> requireAllOrNothing());
        assertThat(newRegistry(store).push(APP, byTag("large"), image).version())
                .isEqualTo(2);
        assertThat(store.writes()).isGreaterThan(LAYERS / MetadataStore.MAX_WRITES);
        requireWhole();
    }

    @Test
    void a_large_version_is_one_version() {
        prepare();
        registry().push(APP, byTag("large"), image);
        registry().pushImage(APP, "after");
        assertThat(registry().versions(APP)).containsExactly(0L, 1L, 2L, 3L);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 6, 10})
    void a_writer_that_dies_leaves_no_trace_and_its_number_is_used_again(int write) {
        prepare();
        Registry dying = newRegistry(watched().dieBeforeWrite(write));
        assertThatThrownBy(() -> dying.push(APP, byTag("large"), image)).isInstanceOf(ProcessDied.class);
        requireNothing(2);

        clock.advance(VersionWriter.LEASE.plusSeconds(1));
        assertThat(newRegistry(metadata()).pushImage(APP, "after").version()).isEqualTo(2);
        assertThat(registry().tags(APP)).containsExactly("after", "before");
        assertThat(registry().versions(APP)).containsExactly(0L, 1L, 2L);
        requireNothing(3);
        assertThat(blobRows()).hasSize(2);

        assertThat(registry().push(APP, byTag("large"), image).version()).isEqualTo(3);
        requireWhole();
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 10})
    void a_writer_whose_answer_is_lost_leaves_all_or_nothing(int write) {
        prepare();
        Registry dying = newRegistry(watched().dieAfterWrite(write));
        assertThatThrownBy(() -> dying.push(APP, byTag("large"), image)).isInstanceOf(ProcessDied.class);
        requireAllOrNothing();
        long head = registry().view(APP).version();

        clock.advance(VersionWriter.LEASE.plusSeconds(1));
        assertThat(newRegistry(metadata()).pushImage(APP, "after").version()).isEqualTo(head + 1);
        requireAllOrNothing();
        assertThat(registry().versions(APP))
                .isEqualTo(LongStream.rangeClosed(0, head + 1).boxed().toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 10})
    void a_slow_writer_whose_lease_was_taken_writes_no_more_under_its_number(int write) {
        prepare();
        Registry other = newRegistry(metadata());
        AtomicBoolean taken = new AtomicBoolean();
        WatchedMetadataStore store = watched().beforeWrite(number -> {
            if (number == write && taken.compareAndSet(false, true)) {
                clock.advance(VersionWriter.LEASE.plusSeconds(1));
                assertThat(other.pushImage(APP, "other").version()).isEqualTo(2);
            }
        });
        assertThatThrownBy(() -> newRegistry(store).push(APP, byTag("large"), image))
                .isInstanceOf(StoreBusy.class);
        requireNothing(3);
        assertThat(registry().tags(APP)).containsExactly("before", "other");
        assertThat(registry().log(APP).stream().filter(part -> part.version() == 2))
                .hasSize(1);
        assertThat(blobRows()).hasSize(2);

        assertThat(registry().push(APP, byTag("large"), image).version()).isEqualTo(3);
        requireWhole();
    }

    @Test
    void a_manifest_is_deleted_with_all_of_its_300_tags_at_once() {
        String[] tags = IntStream.range(1, 300).mapToObj("t%03d"::formatted).toArray(String[]::new);
        registry().pushImage(APP, "other");
        byte[] tagged = Images.image(registry().holdBlobs(APP, 1), "tagged");
        Digest manifest = registry().push(APP, byTag("t000"), tagged, tags).digest();
        assertThat(registry().tags(APP)).hasSize(301);

        assertThat(registry().manifests.delete(APP, byDigest(manifest))).isEqualTo(3);
        assertThat(registry().tags(APP)).containsExactly("other");
        assertThatThrownBy(() -> registry().manifests.get(registry().pull(APP), byTag("t123")))
                .isInstanceOf(ManifestUnknown.class);
        assertThat(registry().tags(registry().pin(APP, 2))).hasSize(301);
    }

    private void requireAllOrNothing() {
        if (registry().tag(APP, "large").isPresent()) {
            requireWhole();
        } else {
            requireNothing(registry().view(APP).nextVersion());
        }
    }

    private void requireWhole() {
        RepositoryView view = registry().view(APP);
        assertThat(registry().tag(APP, "large")).contains(digest);
        assertThat(view.manifest(digest)).isPresent();
        assertThat(List.of(layers.getFirst(), layers.get(150), layers.getLast()))
                .allSatisfy(layer ->
                        assertThat(view.blob(layer).orElseThrow().inVersion()).isTrue());
    }

    private void requireNothing(long below) {
        RepositoryView view = registry().view(APP);
        assertThat(view.version()).isLessThan(below);
        assertThat(view.tag(new Tag("large"))).isEmpty();
        assertThat(view.manifest(digest)).isEmpty();
        assertThat(registry().tags(APP)).doesNotContain("large");
        assertThat(List.of(layers.getFirst(), layers.get(150), layers.getLast()))
                .allSatisfy(layer ->
                        assertThat(view.blob(layer).orElseThrow().inVersion()).isFalse());
    }

    /** All blob rows of versions, without pending ones. */
    private List<BlobEntry> blobRows() {
        String id = registry().view(APP).repository().toString();
        return metadata().query(BlobEntry.TABLE, Query.ascending(id, " ", "~", 5000)).records().stream()
                .filter(row -> row.version() != Content.PENDING)
                .toList();
    }
}
