package dev.lading.content;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.commit.Progress;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
import dev.lading.oci.EmptyLayer;
import dev.lading.oci.MediaType;
import dev.lading.oci.RegistryException.BlobInUse;
import dev.lading.oci.RegistryException.ManifestBlobUnknown;
import dev.lading.oci.RepositoryName;
import dev.lading.testing.Bytes;
import dev.lading.testing.Images;
import dev.lading.testing.ServiceContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Indexes that refer to blobs beside manifests, as BuildKit's cache exports do, and images that refer to docker's empty
 * layer.
 */
public abstract class CacheIndexContract extends ServiceContract {
    private static final RepositoryName OTHER = new RepositoryName("team/other");
    private static final Duration LATER = Duration.ofDays(30);

    private static byte[] index(Digest layer, Digest config, Digest image) {
        return """
                {"schemaVersion":2,"mediaType":"%s","manifests":[%s,%s,%s]}""".formatted(
                        MediaType.OCI_INDEX,
                        named("application/vnd.oci.image.layer.v1.tar+gzip", layer),
                        named("application/vnd.buildkit.cacheconfig.v0", config),
                        named(MediaType.OCI_MANIFEST.value(), image))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String named(String mediaType, Digest digest) {
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":1}".formatted(mediaType, digest);
    }

    private RepositoryId id(RepositoryName name) {
        return registry().repositories.getOrCreate(name);
    }

    private void clean() throws IOException {
        clock.advance(LATER);
        registry().cleanup.cleanUp(Duration.ofHours(1), deleted -> {});
    }

    private boolean isHeld(RepositoryName name, Digest blob) {
        return registry().view(name).blobInVersion(blob).isPresent();
    }

    @Test
    void an_index_of_blobs_is_pushed_copied_and_removed_with_them() throws IOException {
        Digest layer = registry().pushBlob(APP, Bytes.random(50));
        Digest config = registry().pushBlob(APP, Bytes.random(60));
        Digest image = registry().pushImage(APP, "image").digest();

        Digest cache = registry()
                .push(APP, byTag("cache"), index(layer, config, image))
                .digest();

        assertThat(isHeld(APP, layer) && isHeld(APP, config)).isTrue();
        assertThatThrownBy(() -> registry().blobs.delete(APP, layer)).isInstanceOf(BlobInUse.class);
        clean();
        registry()
                .curation
                .copyManifests(id(APP), 2, Optional.of(Set.of(cache)), Optional.empty(), id(OTHER), Progress.NONE);
        assertThat(isHeld(OTHER, layer) && isHeld(OTHER, config)).isTrue();
        assertThat(registry().hasManifest(OTHER, byDigest(image))).isTrue();
        registry().manifests.delete(APP, byTag("cache"));
        registry().manifests.delete(APP, byDigest(cache));
        assertThat(isHeld(APP, layer) || isHeld(APP, config)).isFalse();
        clean();
        assertThat(registry().blobs.get(registry().pull(OTHER), layer).sizeBytes())
                .isEqualTo(50);
        assertThat(blobs().sizeBytes(
                                registry().content.blob(config).orElseThrow().key()))
                .hasValue(60);
    }

    @Test
    void blobs_that_an_index_names_in_vain_are_told() {
        Digest layer = registry().pushBlob(APP, Bytes.random(50));
        Digest absent = Digest.of(Digest.SHA256, Bytes.random(9));
        Digest image = registry().pushImage(APP, "image").digest();

        assertThatExceptionOfType(ManifestBlobUnknown.class)
                .isThrownBy(() -> registry().push(APP, byTag("cache"), index(layer, absent, image)))
                .satisfies(e -> assertThat(e.missing()).containsExactly(absent));
        assertThatExceptionOfType(ManifestBlobUnknown.class)
                .isThrownBy(() -> registry().push(APP, byTag("cache"), index(image, layer, image)))
                .satisfies(e -> assertThat(e.missing()).containsExactly(image));
    }

    @Test
    void the_empty_layer_need_not_be_held() throws IOException {
        Digest config = registry().pushBlob(APP, Bytes.random(60));
        byte[] image = Images.image(List.of(config, EmptyLayer.DIGEST, EmptyLayer.DIGEST), "empty layers");

        registry().push(APP, byTag("old"), image);

        assertThat(registry().blobs.mount(OTHER, EmptyLayer.DIGEST, Optional.empty(), pull -> false))
                .isTrue();
        registry().curation.copyTags(id(APP), 1, Optional.empty(), id(OTHER), Progress.NONE);
        clean();
        registry().manifests.delete(APP, byTag("old"));
        clean();
        assertThat(registry().tags(OTHER)).containsExactly("old");
        assertThat(isHeld(OTHER, config)).isTrue();
    }
}
