package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.bundle.BundleReader;
import dev.lading.bundle.Trust;
import dev.lading.bundle.document.DocumentEntry.OfVersion;
import dev.lading.bundle.document.DocumentHead;
import dev.lading.bundle.document.DocumentReader;
import dev.lading.oci.Digest;
import dev.lading.server.RegistryClient.Answer;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exporters and exports as Pulp's clients use them. */
@QuarkusTest
class ExporterTest {
    private static final String EXPORTERS = PulpClient.API + "exporters/core/pulp/";

    private final RegistryClient admin = RegistryClient.administrator();
    private final PulpClient pulp = new PulpClient();
    private final Path folder = Path.of(ConfigProvider.getConfig().getValue("lading.exports-folder", String.class));

    private String pushed(String name, String content) {
        admin.pushImage(name, content, content);
        return pulp.get(PulpClient.REPOSITORIES + "?name=" + name)
                .at("/results/0/pulp_href")
                .asText();
    }

    private Answer make(String name, String path, String repository) {
        return pulp.send(
                "POST",
                EXPORTERS,
                "{\"name\":\"%s\",\"path\":\"%s\",\"repositories\":[\"%s\"]}".formatted(name, path, repository));
    }

    private String made(String name, String path, String repository) {
        Answer answer = make(name, path, repository);
        assertThat(answer.status()).as(() -> new String(answer.body(), UTF_8)).isEqualTo(201);
        return answer.json().path("pulp_href").asText();
    }

    private JsonNode exported(String exporter, String body) {
        JsonNode task = pulp.task("POST", exporter + "exports/", body);
        return pulp.get(task.at("/created_resources/0").asText());
    }

    private List<Long> versions(Path bundle) throws IOException {
        var reader = new BundleReader(Files.newInputStream(bundle), new Trust(List.of(BundleKeyOf.server()), false));
        List<Long> versions = new ArrayList<>();
        while (reader.hasNext()) {
            var content = new ByteArrayOutputStream();
            if (reader.next((bytes, count) -> content.write(bytes, 0, count))
                    .path()
                    .equals(DocumentHead.PATH)) {
                var document = new DocumentReader(new ByteArrayInputStream(content.toByteArray()));
                for (var next = document.next(); next.isPresent(); next = document.next()) {
                    if (next.get() instanceof OfVersion version) {
                        versions.add(version.number());
                    }
                }
            }
        }
        reader.end();
        return versions;
    }

    @Test
    void an_exporter_writes_a_bundle_below_the_folder() throws IOException {
        String repository = pushed("exporter/app", "a");
        String exporter = made("writes", folder.resolve("made/here").toString(), repository);

        JsonNode export = exported(exporter, "{}");

        JsonNode files = export.path("output_file_info");
        String file = files.fieldNames().next();
        assertThat(Path.of(file).getParent()).isEqualTo(folder.resolve("made/here"));
        assertThat(Digest.of(Digest.SHA256, Files.readAllBytes(Path.of(file))).hex())
                .isEqualTo(files.path(file).asText());
        assertThat(versions(Path.of(file))).containsExactly(0L, 1L);
        try (Stream<Path> there = Files.list(Path.of(file).getParent())) {
            assertThat(there).containsExactly(Path.of(file));
        }
        assertThat(export.at("/exported_resources/0").asText()).isEqualTo(repository + "versions/1/");
        assertThat(pulp.get(exporter).path("last_export")).isEqualTo(export.path("pulp_href"));
        assertThat(pulp.list(exporter + "exports/", "pulp_href"))
                .containsExactly(export.path("pulp_href").asText());
        JsonNode task = pulp.get(export.path("task").asText());
        assertThat(task.path("name").asText()).isEqualTo("pulpcore.app.tasks.export.pulp_export");
        assertThat(task.at("/progress_reports/1/done")).isEqualTo(task.at("/progress_reports/1/total"));
    }

    @Test
    void what_came_since_the_last_export_is_written() throws IOException {
        String repository = pushed("exporter/increment", "a");
        String exporter = made("increments", "increments", repository);
        var _ = exported(exporter, "{}");
        pushed("exporter/increment", "b");

        assertThat(versions(file(exported(exporter, "{\"full\":false}")))).containsExactly(2L);
        String chosen = "{\"full\":false,\"versions\":[\"%sversions/1/\"],\"start_versions\":[\"%sversions/0/\"]}"
                .formatted(repository, repository);
        JsonNode export = exported(exporter, chosen);
        assertThat(versions(file(export))).containsExactly(1L);
        assertThat(export.at("/params/start_versions/0").asText()).isEqualTo(repository + "versions/0/");
    }

    private static Path file(JsonNode export) {
        return Path.of(export.path("output_file_info").fieldNames().next());
    }

    @Test
    void exporters_are_found_changed_and_deleted() {
        String repository = pushed("exporter/changed", "a");
        String exporter = made("changed", "changed", repository);
        JsonNode export = exported(exporter, "{}");

        assertThat(pulp.list(EXPORTERS + "?name=changed", "pulp_href")).containsExactly(exporter);
        assertThat(make("changed", "changed", repository).status()).isEqualTo(400);
        assertThat(pulp.change(exporter, "{\"name\":\"changed-again\"}")
                        .path("name")
                        .asText())
                .isEqualTo("changed-again");
        assertThat(admin.send("DELETE", export.path("pulp_href").asText(), new byte[0])
                        .status())
                .isEqualTo(204);
        assertThat(pulp.list(exporter + "exports/", "pulp_href")).isEmpty();
        assertThat(file(export)).exists();
        pulp.task("DELETE", exporter, "");
        assertThat(pulp.status(exporter)).isEqualTo(404);
        made("changed-again", "changed", repository);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../out", "a/../../out", "/tmp/out", "/", "a\\u0000b", "/etc"})
    void no_path_leads_out_of_the_folder(String path) {
        Answer answer = make("outside", path, pushed("exporter/outside", "a"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(new String(answer.body(), UTF_8)).contains("path");
        assertThat(pulp.list(EXPORTERS + "?name=outside", "name")).isEmpty();
    }

    @Test
    void no_link_leads_out_of_it() throws IOException {
        Path outside = Files.createTempDirectory("lading-outside");
        try {
            Files.createDirectories(folder);
            Files.createSymbolicLink(folder.resolve("link"), outside);
            String exporter = made("linked", "link/inside", pushed("exporter/linked", "a"));

            JsonNode task = TaskEnd.await(admin, pulp.send("POST", exporter + "exports/", "{}"));

            assertThat(task.path("state").asText()).isEqualTo("failed");
            assertThat(task.at("/error/description").asText()).contains("does not lead below", "--exports-folder");
            try (Stream<Path> written = Files.list(outside)) {
                assertThat(written).isEmpty();
            }
        } finally {
            Files.delete(folder.resolve("link"));
            Files.delete(outside);
        }
    }

    @Test
    void what_is_not_made_yet_is_refused() {
        String exporter = made("refuses", "refuses", pushed("exporter/refuses", "a"));
        for (String body : List.of("{\"chunk_size\":\"1GB\"}", "{\"meta\":{}}", "{\"versions\":[\"/x/\"]}")) {
            assertThat(pulp.send("POST", exporter + "exports/", body).status())
                    .as(body)
                    .isEqualTo(400);
        }
        assertThat(make("none", "none", "/x/").status()).isEqualTo(400);
    }
}
