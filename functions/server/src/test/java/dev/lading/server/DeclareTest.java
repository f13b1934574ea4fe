package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.oci.Digest;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images that are declared, through the API, and pulled. */
@QuarkusTest
class DeclareTest {
    private final PulpClient pulp = new PulpClient();
    private final RegistryClient registry = RegistryClient.administrator();

    /** Pushes a base, and returns the href of its repository. */
    private String base(String name) {
        byte[] configuration = """
                {"architecture":"amd64","os":"linux","config":{"Env":["A=1"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}""".formatted("b".repeat(64)).getBytes(UTF_8);
        byte[] layer = ("layer of " + name).getBytes(UTF_8);
        String href = pulp.createServed(name).path("pulp_href").asText();
        registry.pushBlob(name, configuration);
        registry.pushBlob(name, layer);
        registry.pushManifest(name, "21", RegistryClient.manifest(configuration, List.of(layer), Optional.empty()));
        return href;
    }

    @Test
    void an_image_of_files_above_a_base_is_made_and_pulled() {
        String base = base("declare/base");
        String app = pulp.createServed("declare/app").path("pulp_href").asText();
        Digest jar = registry.pushBlob("declare/app", "a jar that is declared".getBytes(UTF_8));

        pulp.task("POST", app + "declare_image/", """
                {"base_repository":"%s","base":"21","tags":["1","latest"],"entrypoint":["java","-jar","/app.jar"],
                "environment":{"B":"2"},"files":[{"path":"/app.jar","digest":"%s","mode":"0755"}]}""".formatted(base, jar));

        JsonNode image = registry.get("/v2/declare/app/manifests/latest").json();
        assertThat(registry.get("/v2/declare/app/manifests/1").json()).isEqualTo(image);
        String layer = image.at("/layers/1/digest").asText();
        assertThat(new String(registry.get("/v2/declare/app/blobs/" + layer).body(), UTF_8))
                .startsWith("app.jar\0")
                .contains("a jar that is declared");
        assertThat(registry.get("/v2/declare/app/blobs/"
                                + image.at("/layers/0/digest").asText())
                        .body())
                .isEqualTo("layer of declare/base".getBytes(UTF_8));
        String configuration = image.at("/config/digest").asText();
        assertThat(registry.get("/v2/declare/app/blobs/" + configuration)
                        .json()
                        .path("config")
                        .toString())
                .isEqualTo("{\"Env\":[\"A=1\",\"B=2\"],\"Entrypoint\":[\"java\",\"-jar\",\"/app.jar\"]}");
        assertThat(pulp.get(app).path("latest_version_href").asText()).isEqualTo(app + "versions/1/");
    }

    @ParameterizedTest(name = "{0} is refused under {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "\"tags\":[]                                                    | tags  | one tag or more",
                "\"tags\":[\"../x\"]                                            | tags  | ",
                "\"tags\":[\"1\"],\"base\":\"22\"                               | base  | no '22'",
                "\"tags\":[\"1\"],\"files\":[{\"path\":\"a\",\"digest\":\"sha256:00\"}] | files | ",
                "\"tags\":[\"1\"],\"files\":[{\"path\":\"/a\"}]                 | files | path, digest and mode",
                "\"tags\":[\"1\"],\"files\":[{\"path\":\"/a\",\"digest\":\"x\",\"link\":\"y\"}] | files | nothing else",
                "\"tags\":[\"1\"],\"environment\":{\"A=B\":\"c\"}               | environment | no name",
                "\"tags\":[\"1\"],\"exposed_ports\":[\"http\"]                  | exposed_ports | ",
                "\"tags\":[\"1\"],\"created\":\"yesterday\"                     | created | "
            })
    void what_is_no_declaration_is_refused(String fields, String field, String sentence) {
        String name = "declare/refused";
        String base = Optional.of(pulp.list("/pulp/api/v3/repositories/container/container/?name=" + name, "pulp_href"))
                .filter(found -> !found.isEmpty())
                .map(List::getFirst)
                .orElseGet(() -> base(name));
        String base21 = fields.contains("\"base\"") ? "" : "\"base\":\"21\",";

        var answer = pulp.send(
                "POST", base + "declare_image/", "{\"base_repository\":\"" + base + "\"," + base21 + fields + "}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path(field).toString()).contains(sentence == null ? "" : sentence);
        assertThat(answer.json().has(field)).isTrue();
    }
}
