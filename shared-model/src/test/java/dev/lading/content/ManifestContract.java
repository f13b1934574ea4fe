package dev.lading.content;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.content.ManifestService.Pushed;
import dev.lading.history.row.ReferrerEntry;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.Reference;
import dev.lading.oci.RegistryException.DigestInvalid;
import dev.lading.oci.RegistryException.ManifestBlobUnknown;
import dev.lading.oci.RegistryException.ManifestInvalid;
import dev.lading.oci.RegistryException.ManifestUnknown;
import dev.lading.testing.Bytes;
import dev.lading.testing.Images;
import dev.lading.testing.Registry;
import dev.lading.testing.ServiceContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pushing, reading and deleting manifests. */
public abstract class ManifestContract extends ServiceContract {
    @ParameterizedTest
    @ValueSource(ints = {10, 261_000, 263_000, 4_000_000})
    void a_manifest_of_any_size_is_read_as_it_was_pushed(int noteBytes) throws IOException {
        byte[] image = Images.image(registry().holdBlobs(APP, 1), "é".repeat(noteBytes / 2));
        assertThat(image).hasSizeLessThanOrEqualTo(Manifest.MAX_BYTES);
        Digest digest = registry().push(APP, byTag("tag"), image).digest();
        assertThat(digest).isEqualTo(Digest.of(Digest.SHA256, image));
        for (Reference reference : List.of(byTag("tag"), byDigest(digest))) {
            var manifest = registry().manifests.get(registry().pull(APP), reference);
            assertThat(manifest.sizeBytes()).isEqualTo(image.length);
            assertThat(registry().manifests.body(manifest)).isEqualTo(image);
        }
    }

    /** A text that, escaped in JSON, takes much more room than its bytes. */
    @Test
    void a_manifest_of_line_breaks_is_read_as_it_was_pushed() throws IOException {
        byte[] image = (new String(Images.image(registry().holdBlobs(APP, 1), "line breaks"), StandardCharsets.UTF_8)
                        + "\n".repeat(240_000))
                .getBytes(StandardCharsets.UTF_8);
        registry().push(APP, byTag("tag"), image);
        assertThat(registry().manifests.body(registry().manifests.get(registry().pull(APP), byTag("tag"))))
                .isEqualTo(image);
    }

    @Test
    void a_large_manifest_survives_the_sweep_of_uploads() throws IOException {
        byte[] image = Images.image(registry().holdBlobs(APP, 1), "x".repeat(500_000));
        registry().push(APP, byTag("tag"), image);
        clock.advance(Registry.UPLOAD_EXPIRY.plusSeconds(1));
        registry().uploads.sweep();
        assertThat(registry().manifests.body(registry().manifests.get(registry().pull(APP), byTag("tag"))))
                .isEqualTo(image);
    }

    @Test
    void content_that_is_missing_is_named_and_nothing_is_stored() {
        Digest held = registry().holdBlobs(APP, 1).getFirst();
        Digest missing = Digest.of(Digest.SHA256, Bytes.random(9));
        byte[] image = Images.image(List.of(held, missing), "lacks a layer");
        assertThatThrownBy(() -> registry().push(APP, byTag("tag"), image))
                .isInstanceOfSatisfying(
                        ManifestBlobUnknown.class, e -> assertThat(e.missing()).containsExactly(missing));
        assertThat(registry().versions(APP)).containsExactly(0L);
        assertThat(registry().tags(APP)).isEmpty();
    }

    @Test
    void an_index_needs_its_manifests() {
        byte[] image = Images.image(registry().holdBlobs(APP, 1), "child");
        byte[] index = Images.index(List.of(Digest.of(Digest.SHA256, image)), "parent");
        assertThatThrownBy(() -> registry().push(APP, byTag("tag"), index)).isInstanceOf(ManifestBlobUnknown.class);
        registry().push(APP, byDigest(Digest.of(Digest.SHA256, image)), image);
        registry().push(APP, byTag("tag"), index);
        assertThat(registry().hasManifest(APP, byTag("tag"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {Digest.SHA256, Digest.SHA512})
    void a_manifest_is_found_under_the_digest_it_was_pushed_with(String algorithm) {
        byte[] image = Images.image(registry().holdBlobs(APP, 1), algorithm);
        Digest digest = Digest.of(algorithm, image);
        assertThat(registry().push(APP, byDigest(digest), image).digest()).isEqualTo(digest);
        assertThat(registry().hasManifest(APP, byDigest(digest))).isTrue();
    }

    @Test
    void a_digest_that_is_not_the_contents_is_refused() {
        byte[] image = Images.image(registry().holdBlobs(APP, 1), "wrong");
        Reference other = byDigest(Digest.of(Digest.SHA256, Bytes.random(9)));
        assertThatThrownBy(() -> registry().push(APP, other, image)).isInstanceOf(DigestInvalid.class);
        assertThat(registry().hasManifest(APP, other)).isFalse();
    }

    @Test
    void what_is_no_manifest_makes_no_repository() {
        assertThatThrownBy(() -> registry().push(APP, byTag("tag"), "{}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ManifestInvalid.class);
        assertThat(registry().repositories.find(APP)).isEmpty();
    }

    @Test
    void a_tag_given_twice_is_set_once() {
        byte[] image = Images.image(registry().holdBlobs(APP, 1), "twice");
        registry().push(APP, byTag("a"), image, "b", "a", "b");
        assertThat(registry().tags(APP)).containsExactly("a", "b");
        assertThat(registry().log(APP).getLast().changes()).doesNotHaveDuplicates();
    }

    @Test
    void deleting_a_tag_keeps_the_manifest_and_its_other_tags() {
        byte[] image = Images.image(registry().holdBlobs(APP, 1), "two tags");
        Pushed pushed = registry().push(APP, byTag("a"), image, "b");
        registry().manifests.delete(APP, byTag("a"));
        assertThat(registry().tags(APP)).containsExactly("b");
        assertThat(registry().hasManifest(APP, byDigest(pushed.digest()))).isTrue();
        assertThatThrownBy(() -> registry().manifests.delete(APP, byTag("a"))).isInstanceOf(ManifestUnknown.class);
    }

    @Test
    void deleting_a_manifest_removes_its_tags_and_no_others() {
        registry().pushImage(APP, "kept");
        byte[] image = Images.image(registry().holdBlobs(APP, 1), "three tags");
        Pushed pushed = registry().push(APP, byTag("a"), image, "b", "z");
        registry().manifests.delete(APP, byDigest(pushed.digest()));
        assertThat(registry().tags(APP)).containsExactly("kept");
        assertThat(registry().hasManifest(APP, byTag("b"))).isFalse();
        assertThatThrownBy(() -> registry().manifests.delete(APP, byDigest(pushed.digest())))
                .isInstanceOf(ManifestUnknown.class);
    }

    @Test
    void a_deleted_manifest_can_be_pushed_again() {
        byte[] image = Images.image(registry().holdBlobs(APP, 1), "again");
        Pushed pushed = registry().push(APP, byTag("tag"), image);
        registry().manifests.delete(APP, byDigest(pushed.digest()));
        assertThat(registry().push(APP, byTag("tag"), image).version()).isEqualTo(3);
        assertThat(registry().hasManifest(APP, byTag("tag"))).isTrue();
    }

    @Test
    void referrers_are_listed_until_they_are_deleted() {
        Digest config = registry().holdBlobs(APP, 1).getFirst();
        Digest subject = Digest.of(Digest.SHA256, Bytes.random(9));
        List<Digest> referrers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            byte[] referrer = Images.referrer(config, subject, "signature " + i);
            referrers.add(registry().push(APP, byTag("s" + i), referrer).digest());
        }
        assertThat(referrers(subject)).containsExactlyInAnyOrderElementsOf(referrers);
        registry().manifests.delete(APP, byDigest(referrers.removeFirst()));
        assertThat(referrers(subject)).containsExactlyInAnyOrderElementsOf(referrers);
        assertThat(referrers(Digest.of(Digest.SHA256, Bytes.random(9)))).isEmpty();
    }

    private List<Digest> referrers(Digest subject) {
        List<Digest> found = new ArrayList<>();
        boolean more = true;
        while (more) {
            Optional<Digest> last = found.isEmpty() ? Optional.empty() : Optional.of(found.getLast());
            var page = registry().manifests.referrers(registry().pull(APP), subject, last, 2);
            page.entries().stream()
                    .map(ReferrerEntry::descriptor)
                    .forEach(descriptor -> found.add(descriptor.digest()));
            more = page.more();
        }
        return found;
    }
}
