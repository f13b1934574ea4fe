package dev.lading.curation;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.commit.Progress;
import dev.lading.curation.StagedContent.TagOn;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.RegistryException.DigestInvalid;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.ManifestInvalid;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.testing.Bytes;
import dev.lading.testing.Images;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.Stored;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Content that the registry makes itself. */
public abstract class StagingAreaContract extends ServiceContract {
    private static final RepositoryName BASE = new RepositoryName("bases/java");

    private RepositoryId app() {
        return registry().repositories.getOrCreate(APP);
    }

    private static Descriptor image(StagingArea area, String note, Digest... blobs) {
        return area.manifest(MediaType.OCI_MANIFEST, Images.image(List.of(blobs), note));
    }

    private static Digest blob(StagingArea area) throws IOException {
        return area.blob(MediaType.OCTET_STREAM, Bytes.random(100)).digest();
    }

    private static Set<TagOn> tags(Descriptor manifest, String... tags) {
        return Stream.of(tags)
                .map(tag -> new TagOn(new Tag(tag), manifest.digest()))
                .collect(Collectors.toSet());
    }

    @Test
    void an_index_and_what_refers_to_its_images_come_as_one_version() throws IOException {
        long version;
        Descriptor index;
        Descriptor child;
        Descriptor referrer;
        try (StagingArea area = registry().stagings.begin()) {
            child = image(area, "child", blob(area), blob(area));
            index = area.manifest(MediaType.OCI_INDEX, Images.index(List.of(child.digest()), "index"));
            referrer = area.manifest(MediaType.OCI_MANIFEST, Images.referrer(blob(area), child.digest(), "about it"));
            long before = registry().repositories.get(app()).version();

            version = area.commit(
                    app(), List.of(index.digest(), referrer.digest()), tags(index, "1.4", "latest"), Progress.NONE);

            assertThat(version).isEqualTo(before + 1);
        }

        assertThat(registry().view(APP).version()).isEqualTo(version);
        assertThat(registry().tags(APP)).containsExactly("1.4", "latest");
        assertThat(registry().tag(APP, "1.4")).contains(index.digest());
        assertThat(registry().hasManifest(APP, byDigest(child.digest()))).isTrue();
        assertThat(registry()
                        .manifests
                        .referrers(registry().pull(APP), child.digest(), Optional.empty(), 10)
                        .entries())
                .extracting(entry -> entry.descriptor().digest())
                .containsExactly(referrer.digest());
    }

    @Test
    void a_stream_is_described_by_what_was_in_it() throws IOException {
        byte[] content = Bytes.random(300_000);
        try (StagingArea area = registry().stagings.begin()) {
            Descriptor described = area.blob(MediaType.OCTET_STREAM, new ByteArrayInputStream(content));

            assertThat(described).isEqualTo(Descriptor.of(MediaType.OCTET_STREAM, content));
            Descriptor image = image(area, "streamed", described.digest());
            assertThat(area.commit(app(), List.of(image.digest()), tags(image, "1"), Progress.NONE))
                    .isEqualTo(1);
        }
        assertThat(registry().view(APP).blobInVersion(Digest.of(Digest.SHA256, content)))
                .get()
                .extracting(BlobEntry::sizeBytes)
                .isEqualTo(300_000L);
    }

    @Test
    void what_was_described_otherwise_is_refused() {
        byte[] content = Bytes.random(100);
        var other = new Descriptor(MediaType.OCTET_STREAM, Digest.of(Digest.SHA256, Bytes.random(100)), content.length);
        try (StagingArea area = registry().stagings.begin()) {
            assertThatThrownBy(() -> area.blob(other, new ByteArrayInputStream(content)))
                    .isInstanceOf(DigestInvalid.class);
            assertThatThrownBy(() -> area.manifest(MediaType.OCI_MANIFEST, content))
                    .isInstanceOf(ManifestInvalid.class);
        }
    }

    @Test
    void an_image_without_one_of_its_blobs_does_not_come() throws IOException {
        registry().pushImage(APP, "before");
        Digest missing = Digest.of(Digest.SHA256, Bytes.random(100));
        try (StagingArea area = registry().stagings.begin()) {
            Descriptor image = image(area, "not whole", blob(area), missing);

            assertThatThrownBy(() -> area.commit(app(), List.of(image.digest()), Set.of(), Progress.NONE))
                    .isInstanceOf(EntityUnknown.class)
                    .hasMessageContaining(missing.toString());
        }
        assertThat(registry().versions(APP)).containsExactly(0L, 1L);
    }

    @Test
    void blobs_of_another_version_are_linked_without_being_moved() throws IOException {
        Digest held = registry().pushBlob(BASE, Bytes.random(200));
        Digest unknown = Digest.of(Digest.SHA256, Bytes.random(100));
        registry().push(BASE, byTag("1"), Images.image(List.of(held), "base"));
        BlobEntry there = registry().view(BASE).blobInVersion(held).orElseThrow();
        try (StagingArea area = registry().stagings.begin()) {
            area.link(registry().view(BASE), List.of(held, unknown));
            Descriptor image = image(area, "above it", held, blob(area));
            var _ = area.commit(app(), List.of(image.digest()), tags(image, "1"), Progress.NONE);
        }

        assertThat(registry().view(APP).blobInVersion(held))
                .get()
                .extracting(BlobEntry::key)
                .isEqualTo(there.key());
    }

    @Test
    void bytes_that_are_dropped_are_gone_and_others_are_staged() throws IOException {
        ReceivedBlob dropped = registry().stagings.receive(new ByteArrayInputStream(Bytes.random(1_000)));
        ReceivedBlob kept = registry().stagings.receive(new ByteArrayInputStream(Bytes.random(500)));

        registry().stagings.drop(dropped);

        assertThat(blobs().sizeBytes(dropped.upload())).isEmpty();
        try (StagingArea area = registry().stagings.begin()) {
            assertThat(area.blob(MediaType.OCTET_STREAM, kept))
                    .isEqualTo(new Descriptor(MediaType.OCTET_STREAM, kept.digest(), 500));
            assertThatThrownBy(() -> area.blob(MediaType.OCTET_STREAM, dropped)).isInstanceOf(RuntimeException.class);
        }
    }

    @Test
    void what_is_not_committed_is_cleaned_up() throws IOException {
        Digest committed;
        Digest left;
        try (StagingArea area = registry().stagings.begin()) {
            committed = blob(area);
            left = blob(area);
            Descriptor image = image(area, "committed", committed);
            var _ = area.commit(app(), List.of(image.digest()), Set.of(), Progress.NONE);
        }
        Duration protection = Duration.ofHours(1);
        clock.advance(protection);
        registry().cleanup.cleanUp(protection, deleted -> {});
        registry().cleanup.cleanUp(protection, deleted -> {});

        assertThat(registry().content.blob(left)).isEmpty();
        assertThat(registry().content.blob(committed)).isPresent();
        new Stored(registry(), metadata(), blobs()).requireNothingUnreferenced();
    }
}
