package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.testing.FaultyUpstream;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bundles of mirrors that list more than they hold. */
@QuarkusTest
class ExportOnDemandTest {
    private static final String EXPORT = PulpClient.API + "repositories/export/";
    private static final String EXPORTERS = PulpClient.API + "exporters/core/pulp/";

    private final RegistryClient admin = RegistryClient.administrator();
    private final PulpClient pulp = new PulpClient();
    private final FaultyUpstream upstream = FaultyUpstream.start();

    @AfterEach
    void close() {
        upstream.close();
    }

    /** A mirror of an image whose layer is its name; returns its href. */
    private String mirror(String name) {
        return pulp.mirror(upstream, name, "export-mirrors/" + name, name);
    }

    private static String layer(String name) {
        return RegistryClient.digest(name).hex();
    }

    @Test
    void a_download_names_what_is_missing_if_that_is_allowed() {
        String body = "{\"repositories\":[\"" + mirror("downloaded-on-demand") + "\"]}";
        String layer = layer("downloaded-on-demand");

        var refused = pulp.send("POST", EXPORT, body);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(new String(refused.body(), UTF_8)).contains("1 blobs are on demand", layer, "repair");
        assertThat(pulp.send("POST", EXPORT, body.replace("}", ",\"dry_run\":true}"))
                        .json()
                        .path("missing_blobs")
                        .asInt())
                .isEqualTo(1);

        var sent = pulp.send("POST", EXPORT, body.replace("}", ",\"allow_missing\":true}"));
        assertThat(sent.status()).isEqualTo(200);
        assertThat(new String(sent.body(), StandardCharsets.ISO_8859_1))
                .contains("{\"omitted\":{\"digest\":\"sha256:" + layer + "\",\"size\":20,\"why\":\"missing\"}}")
                .doesNotContain("blobs/sha256/" + layer);
    }

    private JsonNode exported(String name, String repository) {
        String made = pulp.send(
                        "POST",
                        EXPORTERS,
                        "{\"name\":\"%s\",\"path\":\"%s\",\"repositories\":[\"%s\"]}".formatted(name, name, repository))
                .json()
                .path("pulp_href")
                .asText();
        return TaskEnd.await(admin, pulp.send("POST", made + "exports/", "{}"));
    }

    @Test
    void an_exporter_fetches_it_first() throws IOException {
        String name = "exported-on-demand";

        JsonNode task = exported(name, mirror(name));

        assertThat(task.path("state").asText()).as(task.toString()).isEqualTo("completed");
        JsonNode export = pulp.get(task.at("/created_resources/0").asText());
        Path file = Path.of(export.path("output_file_info").fieldNames().next());
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                .contains("blobs/sha256/" + layer(name))
                .doesNotContain("omitted");
    }

    @Test
    void what_it_cannot_fetch_ends_it_with_the_reason() {
        String name = "unreachable-on-demand";
        String repository = mirror(name);
        upstream.close();

        JsonNode task = exported(name, repository);

        assertThat(task.path("state").asText()).isEqualTo("failed");
        assertThat(task.at("/error/description").asText())
                .contains("1 blobs are on demand and could not be fetched", layer(name));
    }
}
