package dev.lading.server;

import static dev.lading.server.PulpClient.API;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.oci.Digest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tags, manifests and blobs. Source: Pulp's REST API. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class ContentTest {
    private static final String CONTENT = API + "content/container/";
    private static final byte[] CONFIG =
            "{\"architecture\":\"arm64\",\"os\":\"linux\",\"config\":{\"Labels\":{\"containers.bootc\":\"1\"}}}"
                    .getBytes(UTF_8);
    private static final byte[] LAYER = "a layer of content".getBytes(UTF_8);
    private static final String IMAGE =
            RegistryClient.manifest(CONFIG, List.of(LAYER), Optional.of("\"annotations\":{\"by\":\"test\"}"));
    private static final String PLAIN = RegistryClient.manifest(LAYER, List.of(LAYER), Optional.empty());

    private final PulpClient pulp = new PulpClient();
    private final RegistryClient registry = RegistryClient.administrator();
    private String repository;

    /**
     * Pushes version 1, with an image and the tag v1 on it, and version 2, with another image, v1 moved to it, and v2.
     */
    @BeforeEach
    void push() {
        List<String> there = pulp.list(PulpClient.REPOSITORIES + "?name=content", "pulp_href");
        if (there.isEmpty()) {
            repository = pulp.createServed("content").path("pulp_href").asText();
            registry.pushBlob("content", CONFIG);
            registry.pushBlob("content", LAYER);
            registry.pushManifest("content", "v1", IMAGE);
            registry.pushManifest("content", "v1?tag=v2", PLAIN);
        } else {
            repository = there.getFirst();
        }
    }

    private static String digest(String text) {
        return digest(text.getBytes(UTF_8));
    }

    private static String digest(byte[] bytes) {
        return Digest.of(Digest.SHA256, bytes).toString();
    }

    @Test
    void a_manifest_says_what_is_in_it() {
        JsonNode manifest =
                pulp.get(CONTENT + "manifests/?digest=" + digest(IMAGE)).at("/results/0");

        assertThat(pulp.get(manifest.path("pulp_href").asText())).isEqualTo(manifest);
        assertThat(manifest.path("pulp_href").asText())
                .matches(CONTENT + "manifests/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}/");
        assertThat(manifest.path("media_type").asText()).isEqualTo(RegistryClient.MANIFEST);
        assertThat(manifest.path("schema_version").asInt()).isEqualTo(2);
        assertThat(manifest.path("annotations")).hasToString("{\"by\":\"test\"}");
        assertThat(manifest.path("labels")).hasToString("{\"containers.bootc\":\"1\"}");
        assertThat(manifest.path("type").asText()).isEqualTo("bootable");
        assertThat(manifest.path("architecture").asText()).isEqualTo("arm64");
        assertThat(manifest.path("os").asText()).isEqualTo("linux");
        assertThat(manifest.path("compressed_image_size").asInt()).isEqualTo(LAYER.length);
        assertThat(manifest.path("listed_manifests")).isEmpty();
        assertThat(pulp.get(manifest.at("/config_blob").asText()).path("digest").asText())
                .isEqualTo(digest(CONFIG));
        assertThat(pulp.get(manifest.at("/blobs/0").asText()).path("digest").asText())
                .isEqualTo(digest(LAYER));
        String tag = pulp.list(CONTENT + "tags/?digest=" + digest(IMAGE), "tagged_manifest")
                .getFirst();
        assertThat(tag).isEqualTo(manifest.path("pulp_href").asText());
    }

    @ParameterizedTest(name = "{0}?{1} takes in {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "tags      | repository_version=V/1/                          | name   | v1",
                "tags      | repository_version=V/2/&ordering=name            | name   | v1 v2",
                "tags      | repository_version=R&ordering=-name              | name   | v2 v1",
                "tags      | repository_version=V/0/                          | name   |",
                "tags      | repository_version_added=V/2/&ordering=name      | name   | v1 v2",
                "tags      | repository_version_removed=V/2/                  | name   | v1",
                "tags      | added_between=V/1/,V/2/&ordering=name            | name   | v1 v2",
                "tags      | removed_between=V/1/,V/2/&digest=IMAGE           | name   | v1",
                "tags      | removed_between=V/0/,V/2/&digest=IMAGE           | name   |",
                "tags      | name=v2&repository_version=R                     | name   | v2",
                "tags      | name__in=v1,v9&repository_version=R              | name   | v1",
                "tags      | digest=IMAGE                                     | name   | v1",
                "tags      | digest=IMAGE&digest=PLAIN&ordering=name          | name   | v1 v1 v2",
                "tags      | media_type=OCI&repository_version=R&name=v1      | name   | v1",
                "tags      | media_type=LIST&repository_version=R             | name   |",
                "tags      | q=name=v2 AND digest='PLAIN'                     | name   | v2",
                "manifests | digest=IMAGE                                     | digest | IMAGE",
                "manifests | digest__in=IMAGE,PLAIN&ordering=type             | digest | IMAGE PLAIN",
                "manifests | repository_version=V/1/                          | digest | IMAGE",
                "manifests | repository_version_added=V/2/                    | digest | PLAIN",
                "manifests | repository_version=R&is_bootable=true            | digest | IMAGE",
                "manifests | repository_version=R&is_bootable=false           | digest | PLAIN",
                "manifests | repository_version=R&is_flatpak=true             | digest |",
                "manifests | repository_version=R&media_type=LIST             | digest |",
                "manifests | repository_version=R&media_type=OCI&media_type=LIST&ordering=type | digest | IMAGE PLAIN",
                "blobs     | digest=LAYER                                     | digest | LAYER",
                "blobs     | digest__in=LAYER,CONFIG&ordering=pulp_created    | digest | CONFIG LAYER",
                "blobs     | repository_version_added=V/2/                    | digest |",
                "blobs     | digest=LAYER&orphaned_for=0                      | digest |",
                "blobs     | digest=nonsense                                  | digest |",
                "signatures|                                                  | digest |",
                "signatures| manifest=x&name__contains=y&key_id__in=z         | digest |",
            })
    void lists_filter(String list, String query, String property, String expected) {
        String filled = fill(query == null ? "" : query).replace(" ", "%20");

        assertThat(pulp.list(CONTENT + list.strip() + "/?" + filled, property))
                .containsExactly(
                        expected == null ? new String[0] : fill(expected).split(" "));
    }

    private String fill(String text) {
        return text.replace("V/", repository + "versions/")
                .replace("=R", "=" + repository)
                .replace("IMAGE", digest(IMAGE))
                .replace("PLAIN", digest(PLAIN))
                .replace("LAYER", digest(LAYER))
                .replace("CONFIG", digest(CONFIG))
                .replace("=OCI", "=" + RegistryClient.MANIFEST.replace("+", "%2B"))
                .replace("=LIST", "=" + RegistryClient.INDEX.replace("+", "%2B"));
    }

    @Test
    void all_content_is_in_one_list() {
        String version = repository + "versions/1/";

        assertThat(pulp.get(API + "content/?repository_version=" + version)
                        .path("count")
                        .asInt())
                .isEqualTo(4);
        assertThat(pulp.get(API + "content/?pulp_type=container.blob&repository_version=" + version)
                        .path("count")
                        .asInt())
                .isEqualTo(2);
        assertThat(pulp.get(API + "content/?pulp_type__in=container.tag,container.manifest&repository_version="
                                + version)
                        .path("count")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void content_is_labelled() {
        String href = pulp.list(CONTENT + "manifests/?digest=" + digest(PLAIN), "pulp_href")
                .getFirst();

        assertThat(pulp.send("POST", href + "set_label/", "{\"key\":\"seen\",\"value\":\"yes\"}")
                        .status())
                .isEqualTo(200);
        assertThat(pulp.get(href).path("pulp_labels")).hasToString("{\"seen\":\"yes\"}");
        assertThat(pulp.list(CONTENT + "manifests/?pulp_label_select=seen=yes", "pulp_href"))
                .containsExactly(href);
        assertThat(pulp.send("POST", href + "unset_label/", "{\"key\":\"seen\"}")
                        .status())
                .isEqualTo(200);
        assertThat(pulp.list(CONTENT + "manifests/?pulp_label_select=seen", "pulp_href"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "tags/?repository_version=/nothing/, repository_version",
        "tags/?added_between=/nothing/, added_between",
        "manifests/?media_type=text/plain, media_type",
        "manifests/?is_bootable=maybe, is_bootable",
        "blobs/?orphaned_for=long, orphaned_for",
        "blobs/?name=x, errors",
    })
    void filters_that_mean_nothing_are_told(String path, String key) {
        var answer = pulp.send("GET", CONTENT + path, "");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().has(key)).isTrue();
    }

    @Test
    void what_a_tag_or_an_index_needs_is_not_removed() {
        String href = pulp.createServed("kept").path("pulp_href").asText();
        String child = registry.pushImage("kept", "child", "kept child");
        String index = registry.pushIndex("kept", "index", child);
        pulp.task("POST", href + "untag/", "{\"tag\":\"index\"}");

        assertThat(removed(href, child)).isEmpty();
        pulp.task("POST", href + "untag/", "{\"tag\":\"child\"}");
        assertThat(removed(href, child)).isEmpty();
        assertThat(removed(href, index)).hasSize(1);
        assertThat(registry.get("/v2/kept/manifests/" + digest(child)).status()).isEqualTo(404);
    }

    /** Versions that the removal of a manifest makes. */
    private JsonNode removed(String of, String manifest) {
        String unit = pulp.list(CONTENT + "manifests/?digest=" + digest(manifest), "pulp_href")
                .getFirst();
        return pulp.task("POST", of + "remove/", "{\"content_units\":[\"" + unit + "\"]}")
                .path("created_resources");
    }
}
