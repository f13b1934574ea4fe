package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.testing.FaultyUpstream;
import dev.lading.testing.Reply;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers of mirrors that are given back, repaired, and listed as artifacts. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class ReclaimTest {
    private static final String API = "/pulp/api/v3/";
    private static final String RECLAIM = API + "repositories/reclaim_space/";

    private final RegistryClient anonymous = RegistryClient.anonymous();
    private final RegistryClient admin = RegistryClient.administrator();
    private final PulpClient pulp = new PulpClient();
    private final FaultyUpstream upstream = FaultyUpstream.start();

    @AfterEach
    void close() {
        upstream.close();
    }

    /** A mirror of an image whose layer is its name; returns its href. */
    private String mirror(String name) {
        return pulp.mirror(upstream, "reclaim-" + name, "reclaim/" + name, name);
    }

    private RegistryClient.Answer pull(String name) {
        return anonymous.get("/v2/reclaim/" + name + "/blobs/" + RegistryClient.digest(name));
    }

    private JsonNode artifacts(String name) {
        String hex = RegistryClient.digest(name).toString().substring("sha256:".length());
        return admin.get(API + "artifacts/?sha256=" + hex).json();
    }

    private long count() {
        return admin.get(API + "artifacts/?limit=1").json().path("count").asLong();
    }

    @Test
    void a_pull_adds_an_artifact_and_a_reclaim_takes_it_away() {
        String href = mirror("given");
        long before = count();
        assertThat(pull("given").body()).isEqualTo("given".getBytes(UTF_8));
        assertThat(count()).isEqualTo(before + 1);
        JsonNode artifact = artifacts("given").path("results").path(0);
        assertThat(artifact.path("size").asLong()).isEqualTo(5);
        assertThat(artifact.path("md5").isNull()).isTrue();
        assertThat(admin.get(artifact.path("pulp_href").asText()).json()).isEqualTo(artifact);

        JsonNode task = pulp.task(
                "POST",
                RECLAIM,
                "{\"repo_hrefs\":[\"" + href + "\"],\"repo_versions_keeplist\":[\"" + href + "versions/1/\"]}");
        assertThat(task.at("/result/blobs").asLong()).isZero();
        task = pulp.task("POST", RECLAIM, "{\"repo_hrefs\":[\"" + href + "\"]}");

        assertThat(task.at("/result/blobs").asLong()).isEqualTo(1);
        assertThat(task.at("/result/bytes").asLong()).isEqualTo(5);
        assertThat(count()).isEqualTo(before);
        assertThat(admin.get(artifact.path("pulp_href").asText()).status()).isEqualTo(404);
        assertThat(pull("given").body()).isEqualTo("given".getBytes(UTF_8));
        task = pulp.task("POST", RECLAIM, "{\"repo_hrefs\":[\"*\"]}");
        assertThat(task.at("/result/blobs").asLong()).isPositive();
    }

    @Test
    void a_repaired_version_is_whole_and_says_what_could_not_be_fetched() {
        String href = mirror("whole");
        upstream.fault("/blobs/", 1, reply -> Reply.of(403));
        JsonNode task = pulp.task("POST", href + "versions/1/repair/", "{}");
        assertThat(task.at("/result/fetched").asLong()).isZero();
        assertThat(task.at("/result/not_fetched")
                        .path(RegistryClient.digest("whole").toString())
                        .asText())
                .contains("403");

        task = pulp.task("POST", href + "versions/1/repair/", "{}");

        assertThat(task.at("/result/fetched").asLong()).isEqualTo(1);
        upstream.close();
        assertThat(pull("whole").body()).isEqualTo("whole".getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"damaged, corrupted, true", "lost, missing, false"})
    void broken_bytes_are_fetched_again(String name, String fault, boolean verify) throws IOException {
        mirror(name);
        pull(name);
        Path data = Path.of(ConfigProvider.getConfig().getValue("lading.data", String.class));
        String key = artifacts(name).at("/results/0/file").asText();
        try (Stream<Path> files = Files.walk(data)) {
            Path stored = files.filter(file -> file.toString().endsWith(key))
                    .findFirst()
                    .orElseThrow();
            Files.delete(stored);
            if (fault.equals("corrupted")) {
                Files.writeString(stored, "wrong!");
            }
        }

        JsonNode task = pulp.task("POST", API + "repair/", "{\"verify_checksums\":" + verify + "}");

        assertThat(task.at("/result/" + fault).toString())
                .contains(RegistryClient.digest(name).toString());
        assertThat(task.at("/result/broken").asLong()).isZero();
        upstream.close();
        assertThat(pull(name).body()).isEqualTo(name.getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                              | repo_hrefs
            {"repo_hrefs":[]}                               | repo_hrefs
            {"repo_hrefs":["*","*x"]}                       | repo_hrefs
            {"repo_hrefs":["/nobody/"]}                     | repo_hrefs
            {"repo_hrefs":["*"],"repo_versions_keeplist":["/nobody/"]} | repo_versions_keeplist
            """)
    void what_is_not_there_is_named(String body, String field) {
        var answer = pulp.send("POST", RECLAIM, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path(field).path(0).asText()).contains(" ");
        assertThat(anonymous.get(API + "artifacts/").status()).isEqualTo(401);
    }
}
