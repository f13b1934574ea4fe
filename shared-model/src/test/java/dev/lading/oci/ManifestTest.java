package dev.lading.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.oci.RegistryException.ManifestInvalid;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests as clients in Go write them, and the fields parsed from each. */
class ManifestTest {
    private static final String DIGEST = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
    private static final String CONFIG =
            "{\"mediaType\":\"a/b\",\"digest\":\"" + DIGEST + "\",\"size\":1,\"annotations\":null,\"platform\":null}";

    private static Manifest image(String more) {
        return parse(MediaType.OCI_MANIFEST, ",\"config\":" + CONFIG + more);
    }

    private static Manifest parse(MediaType type, String fields) {
        return Manifest.parse(("{\"schemaVersion\":2" + fields + "}").getBytes(UTF_8), Optional.of(type));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",\"layers\":null",
                ",\"layers\":[]",
                ",\"layers\":[],\"manifests\":null",
                ",\"layers\":[],\"annotations\":null",
                ",\"layers\":[],\"mediaType\":null,\"artifactType\":null",
                ",\"layers\":[],\"subject\":null",
                ",\"layers\":[],\"subject\":{}",
                ",\"layers\":[],\"subject\":{\"mediaType\":\"\",\"digest\":\"\",\"size\":0}",
                ",\"layers\":[],\"subject\":{\"digest\":null}",
            })
    void null_is_none_in_an_image(String more) {
        Manifest image = image(more);

        assertThat(image.blobs()).containsExactly(Digest.parse(DIGEST));
        assertThat(image.subject()).isEmpty();
        assertThat(image.annotations()).isEmpty();
        assertThat(image.artifactType()).contains("a/b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",\"manifests\":null",
                ",\"manifests\":[],\"layers\":null,\"config\":null",
                ",\"manifests\":[],\"annotations\":null,\"subject\":{}",
            })
    void null_is_none_in_an_index(String fields) {
        assertThat(parse(MediaType.OCI_INDEX, fields).named()).isEmpty();
        assertThat(parse(MediaType.DOCKER_LIST, fields).named()).isEmpty();
    }

    @Test
    void an_annotation_that_is_null_is_empty() {
        assertThat(image(",\"annotations\":{\"a\":null,\"b\":\"c\"}").annotations())
                .isEqualTo(Map.of("a", "", "b", "c"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",\"layers\":{}",
                ",\"layers\":\"\"",
                ",\"layers\":[null]",
                ",\"layers\":[],\"subject\":[]",
                ",\"layers\":[],\"subject\":{\"digest\":1}",
                ",\"layers\":[],\"subject\":{\"digest\":\"" + DIGEST + "\"}",
                ",\"layers\":[],\"annotations\":[]",
                ",\"layers\":[],\"manifests\":[]",
            })
    void what_is_no_list_or_descriptor_is_refused(String more) {
        assertThatThrownBy(() -> image(more)).isInstanceOf(ManifestInvalid.class);
    }

    /** Distribution refuses it, too: no client can pull such an image. */
    @Test
    void an_image_has_a_config() {
        assertThatThrownBy(() -> parse(MediaType.OCI_MANIFEST, ",\"config\":null,\"layers\":[]"))
                .isInstanceOf(ManifestInvalid.class);
    }
}
