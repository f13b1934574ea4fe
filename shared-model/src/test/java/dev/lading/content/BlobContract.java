package dev.lading.content;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.BlobInUse;
import dev.lading.oci.RegistryException.BlobUnknown;
import dev.lading.oci.RepositoryName;
import dev.lading.testing.Bytes;
import dev.lading.testing.Images;
import dev.lading.testing.ServiceContract;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Blobs that repositories hold, share and delete. */
public abstract class BlobContract extends ServiceContract {
    private static final RepositoryName OTHER = new RepositoryName("team/other");

    private final byte[] content = Bytes.random(5000);
    private final Digest digest = Digest.of(Digest.SHA256, content);

    @Test
    void a_blob_is_read_only_where_it_was_pushed() throws IOException {
        registry().pushBlob(APP, content);
        registry().pushImage(OTHER, "tag");
        assertThat(read(APP)).isEqualTo(content);
        assertThatThrownBy(() -> registry().blobs.get(registry().pull(OTHER), digest))
                .isInstanceOf(BlobUnknown.class);
    }

    @Test
    void a_blob_that_a_manifest_names_cannot_be_deleted() throws IOException {
        registry().pushBlob(APP, content);
        registry().push(APP, byTag("tag"), Images.image(List.of(digest), "uses it"));
        assertThatThrownBy(() -> registry().blobs.delete(APP, digest)).isInstanceOf(BlobInUse.class);
        assertThat(read(APP)).isEqualTo(content);
    }

    @Test
    void a_blob_can_be_deleted_once_no_manifest_names_it_and_older_versions_keep_it() throws IOException {
        registry().pushBlob(APP, content);
        Digest first = registry()
                .push(APP, byTag("a"), Images.image(List.of(digest), "first"))
                .digest();
        Digest second = registry()
                .push(APP, byTag("b"), Images.image(List.of(digest), "second"))
                .digest();
        registry().manifests.delete(APP, byDigest(first));
        assertThatThrownBy(() -> registry().blobs.delete(APP, digest)).isInstanceOf(BlobInUse.class);
        registry().manifests.delete(APP, byDigest(second));

        assertThat(read(APP)).isEqualTo(content);
        assertThat(registry().blobs.delete(APP, digest)).isEqualTo(4);
        assertThatThrownBy(() -> registry().blobs.get(registry().pull(APP), digest))
                .isInstanceOf(BlobUnknown.class);
        assertThatThrownBy(() -> registry().blobs.delete(APP, digest)).isInstanceOf(BlobUnknown.class);
        assertThat(read(registry().pin(APP, 3))).isEqualTo(content);
        assertThatThrownBy(() -> registry().blobs.get(registry().pull(registry().pin(APP, 4)), digest))
                .isInstanceOf(BlobUnknown.class);
    }

    @Test
    void a_blob_that_was_never_in_a_version_is_deleted_without_one() {
        registry().pushBlob(APP, content);
        assertThat(registry().blobs.delete(APP, digest)).isZero();
        assertThatThrownBy(() -> registry().blobs.get(registry().pull(APP), digest))
                .isInstanceOf(BlobUnknown.class);
    }

    @Test
    void a_deleted_blob_can_be_pushed_again() throws IOException {
        registry().pushBlob(APP, content);
        registry().blobs.delete(APP, digest);
        registry().pushBlob(APP, content);
        assertThat(read(APP)).isEqualTo(content);
        registry().push(APP, byTag("tag"), Images.image(List.of(digest), "uses it"));
    }

    @Test
    void a_pending_blob_is_in_no_version() {
        registry().pushBlob(APP, content);
        assertThatThrownBy(() -> registry().blobs.get(registry().pull(registry().pin(APP, 0)), digest))
                .isInstanceOf(BlobUnknown.class);
    }

    @Test
    void a_mount_from_a_named_source_makes_the_blob_readable() throws IOException {
        registry().pushBlob(OTHER, content);
        assertThat(registry().blobs.mount(APP, digest, Optional.of(OTHER), pull -> true))
                .isTrue();
        assertThat(read(APP)).isEqualTo(content);
        registry().push(APP, byTag("tag"), Images.image(List.of(digest), "uses it"));
    }

    @Test
    void a_mount_without_a_source_finds_one() throws IOException {
        registry().pushBlob(OTHER, content);
        assertThat(registry()
                        .blobs
                        .mount(
                                APP,
                                digest,
                                Optional.empty(),
                                pull -> pull.name().equals(OTHER)))
                .isTrue();
        assertThat(read(APP)).isEqualTo(content);
    }

    @Test
    void a_mount_needs_pull_rights_on_its_source() {
        registry().pushBlob(OTHER, content);
        assertThat(registry().blobs.mount(APP, digest, Optional.of(OTHER), pull -> false))
                .isFalse();
        assertThat(registry().blobs.mount(APP, digest, Optional.empty(), pull -> false))
                .isFalse();
        assertThat(registry().repositories.find(APP)).isEmpty();
    }

    @Test
    void a_mount_of_what_the_source_does_not_hold_is_refused() {
        registry().pushBlob(OTHER, content);
        registry().blobs.delete(OTHER, digest);
        Digest unknown = Digest.of(Digest.SHA256, Bytes.random(9));
        assertThat(registry().blobs.mount(APP, digest, Optional.of(OTHER), pull -> true))
                .isFalse();
        assertThat(registry().blobs.mount(APP, digest, Optional.empty(), pull -> true))
                .isFalse();
        assertThat(registry().blobs.mount(APP, unknown, Optional.empty(), pull -> true))
                .isFalse();
    }

    @Test
    void a_mounted_blob_outlives_its_source() throws IOException {
        registry().pushBlob(OTHER, content);
        registry().blobs.mount(APP, digest, Optional.of(OTHER), pull -> true);
        registry().blobs.delete(OTHER, digest);
        assertThat(read(APP)).isEqualTo(content);
    }

    private byte[] read(RepositoryName name) throws IOException {
        var blob = registry().blobs.get(registry().pull(name), digest);
        try (InputStream bytes = registry().blobs.read(blob.key().orElseThrow(), 0, blob.sizeBytes())) {
            return bytes.readAllBytes();
        }
    }
}
