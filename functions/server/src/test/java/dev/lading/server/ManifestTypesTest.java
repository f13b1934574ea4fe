package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Types of manifests and indexes, as Pulp reports them. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class ManifestTypesTest {
    private static final String NAME = "types";
    private static final String MANIFESTS = PulpClient.API + "content/container/manifests/";
    private static final String IMAGE_CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

    private final PulpClient pulp = new PulpClient();
    private final RegistryClient registry = RegistryClient.administrator();

    /** The detail of a manifest that is pushed with blobs of its own. */
    private String push(String config, String configType, String layerType, String more) {
        byte[] configBytes = config.getBytes(UTF_8);
        byte[] layer = ("layer of " + config + layerType + more).getBytes(UTF_8);
        registry.pushBlob(NAME, configBytes);
        registry.pushBlob(NAME, layer);
        String manifest = "{\"schemaVersion\":2,\"mediaType\":\"" + RegistryClient.MANIFEST + "\",\"config\":"
                + RegistryClient.descriptor(configType, configBytes) + ",\"layers\":["
                + RegistryClient.descriptor(layerType, layer) + "]" + more + "}";
        String digest = RegistryClient.digest(manifest).toString();
        assertThat(registry.pushManifest(NAME, digest, manifest).status()).isEqualTo(201);
        return manifest;
    }

    private JsonNode shown(String manifest) {
        return pulp.get(MANIFESTS + "?digest=" + RegistryClient.digest(manifest))
                .at("/results/0");
    }

    @ParameterizedTest(name = "{0} {1} is {2}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "application/vnd.dev.cosign.simplesigning.v1+json | - | cosign_signature",
                "application/vnd.dsse.envelope.v1+json            | - | cosign_attestation",
                "application/vnd.dev.sigstore.bundle.v0.3+json    | application/vnd.dev.sigstore.bundle.v0.3+json | cosign_attestation_bundle",
                "text/spdx                                        | - | cosign_sbom",
                "text/spdx+json                                   | - | cosign_sbom",
                "text/spdx+xml                                    | - | cosign_sbom",
                "application/vnd.cyclonedx                        | - | cosign_sbom",
                "application/vnd.cyclonedx+json                   | - | cosign_sbom",
                "application/vnd.cyclonedx+xml                    | - | cosign_sbom",
                "application/vnd.syft+json                        | - | cosign_sbom",
                "application/vnd.oci.image.layer.v1.tar+gzip      | - | image",
                "application/vnd.oci.image.layer.v1.tar+gzip      | application/vnd.example | artifact",
                "application/vnd.example                          | application/vnd.example | artifact",
            })
    void layers_and_artifact_types_tell_what_it_is(String layerType, String artifactType, String type) {
        String more = artifactType == null ? "" : ",\"artifactType\":\"" + artifactType + "\"";

        JsonNode shown = shown(push("{\"of\":\"" + layerType + "\"}", IMAGE_CONFIG, layerType, more));

        assertThat(shown.path("type").asText()).isEqualTo(type);
        assertThat(shown.path("is_bootable").asBoolean()).isFalse();
    }

    @ParameterizedTest(name = "{0}: {2} {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"config\":{\"Labels\":{\"containers.bootc\":\"1\"}}} |                                              | true  | false | bootable",
                "{\"config\":{\"Labels\":{\"containers.bootc\":\"0\"}}} |                                              | false | false | image",
                "{\"config\":{}}                                        | ,\"annotations\":{\"containers.bootc\":\"1\"} | true  | false | bootable",
                "{\"config\":{\"Labels\":{\"org.flatpak.ref\":\"app\"}}} |                                             | false | true  | flatpak",
                "{\"config\":{\"Labels\":{}}}                           |                                              | false | false | image",
            })
    void an_index_is_what_one_of_its_images_is(
            String config, String more, boolean bootable, boolean flatpak, String type) {
        String image = push(config, IMAGE_CONFIG, LAYER, more == null ? "" : more);
        String plain = push("{\"config\":{\"of\":1}}", IMAGE_CONFIG, LAYER, "");
        String index = index(plain, image);
        String outer = index(index);

        assertThat(shown(image).path("type").asText()).isEqualTo(type);
        JsonNode shown = shown(index);

        assertThat(shown.path("type").asText()).isEqualTo("index");
        assertThat(shown.path("is_bootable").asBoolean()).isEqualTo(bootable);
        assertThat(shown.path("is_flatpak").asBoolean()).isEqualTo(flatpak);
        assertThat(shown.path("listed_manifests")).hasSize(2);
        assertThat(shown(outer).path("is_bootable").asBoolean()).isFalse();
        assertThat(pulp.list(MANIFESTS + "?is_bootable=true&digest=" + RegistryClient.digest(index), "digest"))
                .hasSize(bootable ? 1 : 0);
    }

    private String index(String... manifests) {
        String index = "{\"schemaVersion\":2,\"mediaType\":\"" + RegistryClient.INDEX + "\",\"manifests\":["
                + List.of(manifests).stream()
                        .map(manifest -> RegistryClient.descriptor(
                                manifest.contains(RegistryClient.INDEX)
                                        ? RegistryClient.INDEX
                                        : RegistryClient.MANIFEST,
                                manifest.getBytes(UTF_8)))
                        .collect(Collectors.joining(","))
                + "]}";
        var pushed = registry.send(
                "PUT", "/v2/" + NAME + "/manifests/" + RegistryClient.digest(index), index.getBytes(UTF_8));
        assertThat(pushed.status()).isEqualTo(201);
        return index;
    }

    @Test
    void a_cache_index_shows_its_blobs() {
        byte[] config = "{\"cache\":\"types\"}".getBytes(UTF_8);
        registry.pushBlob(NAME, config);
        String index = "{\"schemaVersion\":2,\"mediaType\":\"" + RegistryClient.INDEX + "\",\"manifests\":["
                + RegistryClient.descriptor("application/vnd.buildkit.cacheconfig.v0", config) + "]}";
        registry.send("PUT", "/v2/" + NAME + "/manifests/cache", index.getBytes(UTF_8));

        JsonNode shown = shown(index);

        assertThat(shown.path("blobs")).hasSize(1);
        assertThat(shown.path("listed_manifests")).isEmpty();
        assertThat(shown.path("type").asText()).isEqualTo("index");
    }
}
