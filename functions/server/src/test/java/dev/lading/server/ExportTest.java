package dev.lading.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.bundle.BundleReader;
import dev.lading.bundle.BundleSignature;
import dev.lading.bundle.Trust;
import dev.lading.bundle.document.DocumentEntry;
import dev.lading.bundle.document.DocumentEntry.OfDistribution;
import dev.lading.bundle.document.DocumentHead;
import dev.lading.bundle.document.DocumentReader;
import dev.lading.server.RegistryClient.Answer;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** Bundles as the server sends them. */
@QuarkusTest
class ExportTest {
    private static final String EXPORT = PulpClient.API + "repositories/export/";

    private final RegistryClient admin = RegistryClient.administrator();
    private final PulpClient pulp = new PulpClient();

    private String href(String name) {
        return pulp.get(PulpClient.REPOSITORIES + "?name=" + name)
                .at("/results/0/pulp_href")
                .asText();
    }

    private String pushed(String name, String tag, String content) {
        return RegistryClient.digest(admin.pushImage(name, tag, content)).hex();
    }

    /** The files of a bundle that the server's key signed. */
    private Map<String, byte[]> files(Answer answer) throws IOException {
        assertThat(answer.status()).as(() -> new String(answer.body(), UTF_8)).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/x-tar");
        var reader = new BundleReader(
                new ByteArrayInputStream(answer.body()), new Trust(List.of(BundleKeyOf.server()), false));
        Map<String, byte[]> files = new LinkedHashMap<>();
        while (reader.hasNext()) {
            var content = new ByteArrayOutputStream();
            var file = reader.next((bytes, count) -> content.write(bytes, 0, count));
            files.put(file.path(), content.toByteArray());
        }
        reader.end();
        return files;
    }

    private static List<DocumentEntry> document(Map<String, byte[]> files) throws IOException {
        var reader = new DocumentReader(new ByteArrayInputStream(files.get(DocumentHead.PATH)));
        List<DocumentEntry> entries = new ArrayList<>();
        for (var next = reader.next(); next.isPresent(); next = reader.next()) {
            entries.add(next.get());
        }
        return entries;
    }

    @Test
    void a_bundle_is_sent_as_it_is_made_and_signed_by_the_key_that_is_shown() throws IOException {
        String digest = pushed("exports/sent", "1", "sent");
        String body = "{\"repositories\":[\"" + href("exports/sent") + "\"]}";

        Answer answer = pulp.send("POST", EXPORT, body);
        Map<String, byte[]> files = files(answer);
        assertThat(files).containsKey("blobs/sha256/" + digest);
        assertThat(pulp.send("POST", EXPORT, body).body()).isEqualTo(answer.body());
        assertThat(pulp.get(PulpClient.API + "bundle_key/").path("name").asText())
                .isEqualTo(BundleSignature.name(BundleKeyOf.server()));

        JsonNode told = pulp.send("POST", EXPORT, body.replace("}", ",\"dry_run\":true}"))
                .json();
        assertThat(told.path("files").asInt()).isEqualTo(files.size());
        assertThat(told.path("bytes").asLong())
                .isEqualTo(
                        files.values().stream().mapToLong(each -> each.length).sum());
    }

    @Test
    void an_increment_is_of_what_came_after_a_version() throws IOException {
        String first = pushed("exports/increment", "1", "a");
        String second = pushed("exports/increment", "2", "b");
        String href = href("exports/increment");
        String body = "{\"repositories\":[\"%s\"],\"start_versions\":[\"%sversions/1/\"]}".formatted(href, href);

        assertThat(files(pulp.send("POST", EXPORT, body)))
                .containsKey("blobs/sha256/" + second)
                .doesNotContainKey("blobs/sha256/" + first);
    }

    @Test
    void what_cannot_be_exported_is_refused_by_a_sentence() {
        admin.pushImage("exports/refused", "1", "refused");
        admin.pushImage("exports/other", "1", "refused");
        String href = href("exports/refused");
        String other = href("exports/other");
        refused("{}", "repositories");
        refused("{\"repositories\":[]}", "name 1 to 1000 repositories");
        refused("{\"repositories\":[\"/x/\"]}", "there is no repository /x/");
        refused("{\"repositories\":[\"" + href + "\"],\"versions\":[\"" + other + "versions/1/\"]}", "no repository");
        refused("{\"repositories\":[\"" + href + "\"],\"versions\":[\"" + href + "versions/9/\"]}", "no repository v");
        refused(
                "{\"repositories\":[\"%s\"],\"versions\":[\"%sversions/0/\",\"%sversions/1/\"]}"
                        .formatted(href, href, href),
                "one version of each");
        refused(
                "{\"repositories\":[\"%s\"],\"versions\":[\"%sversions/0/\"],\"start_versions\":[\"%sversions/1/\"]}"
                        .formatted(href, href, href),
                "older than the one to export from");
    }

    private void refused(String body, String sentence) {
        Answer answer = pulp.send("POST", EXPORT, body);
        assertThat(answer.status()).as(body).isEqualTo(400);
        assertThat(new String(answer.body(), UTF_8)).contains(sentence);
    }

    @Test
    void a_user_exports_what_they_see_and_learns_of_nothing_else() throws IOException {
        admin.pushImage("exports/public", "1", "public");
        admin.pushImage("exports/private", "1", "private");
        pulp.change(distribution("exports/private"), "{\"private\":true}");
        pulp.send("POST", PulpClient.API + "users/", "{\"username\":\"exporter\",\"password\":\"battery staple\"}");
        RegistryClient user = RegistryClient.basic("exporter", "battery staple");
        String hidden = "{\"repositories\":[\"" + href("exports/private") + "\"]}";

        assertThat(user.send("POST", EXPORT, hidden.getBytes(UTF_8)).status()).isEqualTo(400);
        assertThat(RegistryClient.anonymous()
                        .send("POST", EXPORT, hidden.getBytes(UTF_8))
                        .status())
                .isEqualTo(401);
        assertThat(document(files(pulp.send("POST", EXPORT, hidden))))
                .filteredOn(OfDistribution.class::isInstance)
                .extracting(entry -> ((OfDistribution) entry).restricted())
                .containsExactly(true);
    }

    private String distribution(String path) {
        return pulp.get(PulpClient.DISTRIBUTIONS + "?base_path=" + path)
                .at("/results/0/pulp_href")
                .asText();
    }

    @Test
    void bytes_that_are_not_what_they_should_be_end_the_answer_before_its_end() throws IOException {
        admin.pushImage("exports/broken", "1", "broken layer");
        Path data = Path.of(ConfigProvider.getConfig().getValue("lading.data", String.class));
        Path broken = data;
        try (Stream<Path> stored = Files.walk(data.resolve("blobs"))) {
            for (Path file : stored.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file, ISO_8859_1).equals("broken layer")) {
                    broken = file;
                }
            }
        }
        Files.writeString(broken, "broken lawyer");
        String body = "{\"repositories\":[\"" + href("exports/broken") + "\"]}";

        // Again and again: how much of an answer was sent when it ends differs.
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> pulp.send("POST", EXPORT, body)).hasRootCauseInstanceOf(IOException.class);
        }
        Files.writeString(broken, "broken layer");
    }
}
