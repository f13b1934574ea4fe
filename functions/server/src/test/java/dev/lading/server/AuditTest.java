package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.server.RegistryClient.Answer;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who changed what, as administrators read it over HTTP. */
@QuarkusTest
class AuditTest {
    private static final String AUDIT = PulpClient.API + "audit/";
    private static final String PASSWORD = "battery staple";

    private final PulpClient pulp = new PulpClient();
    private final RegistryClient admin = RegistryClient.administrator();

    private List<JsonNode> entries(String filter) {
        List<JsonNode> entries = new ArrayList<>();
        pulp.get(AUDIT + "?" + filter).path("results").forEach(entries::add);
        return entries;
    }

    private JsonNode only(String filter) {
        List<JsonNode> entries = entries(filter);
        assertThat(entries).hasSize(1);
        return entries.getFirst();
    }

    private JsonNode user(String name) {
        Answer made = pulp.send(
                "POST", PulpClient.API + "users/", "{\"username\":\"" + name + "\",\"password\":\"" + PASSWORD + "\"}");
        assertThat(made.status()).isEqualTo(201);
        return made.json();
    }

    private static String id(JsonNode user) {
        return user.path("pulp_href").asText().replaceAll(".*/users/(\\d+)/", "$1");
    }

    @Test
    void a_change_is_told_of_with_the_id_of_its_request() {
        Answer made = admin.send(
                "POST",
                PulpClient.API + "users/",
                "{\"username\":\"audited\"}".getBytes(UTF_8),
                "Content-Type",
                "application/json",
                "Correlation-ID",
                "ticket-7");

        assertThat(made.header("Correlation-ID")).isEqualTo("ticket-7");
        JsonNode entry = only("request=ticket-7");
        assertThat(entry.path("principal").asText()).isEqualTo("admin");
        assertThat(entry.path("credential").asText()).isEqualTo("password");
        assertThat(entry.path("source").asText()).isEqualTo("127.0.0.1/32");
        assertThat(entry.path("action").asText()).isEqualTo("POST /pulp/api/v3/users/");
        assertThat(entry.path("outcome").toString()).contains("created user/");
        assertThat(entry.path("time").asText()).isNotEmpty();
    }

    @Test
    void a_push_is_its_users_and_says_the_version() {
        String principal = "user:" + id(user("audit-ann"));
        RegistryClient ann = RegistryClient.basic("audit-ann", PASSWORD);
        String config = ann.pushBlob("audit-ann/app", "{}".getBytes(UTF_8)).toString();
        String manifest = "{\"schemaVersion\":2,\"mediaType\":\"" + RegistryClient.MANIFEST
                + "\",\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"" + config
                + "\",\"size\":2},\"layers\":[]}";
        assertThat(ann.pushManifest("audit-ann/app", "1", manifest).status()).isEqualTo(201);

        List<JsonNode> entries = entries("principal=" + principal);
        assertThat(entries.getFirst().path("action").asText())
                .isEqualTo("PUT /v2/audit-ann/app/manifests/1, version 1");
        assertThat(entries.getFirst().path("outcome").toString()).contains("wrote version/");
        List<JsonNode> first = entries.stream()
                .filter(entry -> entry.path("action").asText().equals("POST /v2/audit-ann/app/blobs/uploads/"))
                .toList();
        assertThat(first.toString())
                .contains("wrote repository/", "wrote distribution/", "created namespace/audit-ann");
    }

    @Test
    void what_a_task_does_is_of_who_started_it() {
        String name = "audited-by-task";
        JsonNode repository = pulp.createServed(name);
        JsonNode task = pulp.task("DELETE", repository.path("pulp_href").asText(), "");

        List<JsonNode> entries =
                entries("action__contains=" + task.path("pulp_href").asText().replaceAll(".*/tasks/([^/]+)/", "$1"));
        assertThat(entries).isNotEmpty();
        assertThat(entries.getFirst().path("principal").asText()).isEqualTo("admin");
        assertThat(entries.getFirst().path("request").asText())
                .isEqualTo(task.path("logging_cid").asText());
        assertThat(entries.getFirst().path("outcome").toString()).contains("deleted repository/");
    }

    @Test
    void reads_and_refused_changes_are_no_entries() {
        user("audit-bob");
        RegistryClient bob = RegistryClient.basic("audit-bob", PASSWORD);
        bob.get("/v2/", "Correlation-ID", "a-read");
        Answer refused = bob.send(
                "POST",
                PulpClient.REPOSITORIES,
                "{\"name\":\"not-bobs\"}".getBytes(UTF_8),
                "Content-Type",
                "application/json",
                "Correlation-ID",
                "a-refusal");

        assertThat(refused.status()).isEqualTo(403);
        assertThat(entries("request=a-read")).isEmpty();
        assertThat(entries("request=a-refusal")).isEmpty();
    }

    @Test
    void only_administrators_read_it_and_nobody_changes_it() {
        user("audit-eve");
        RegistryClient eve = RegistryClient.basic("audit-eve", PASSWORD);

        assertThat(eve.get(AUDIT).status()).isEqualTo(403);
        assertThat(RegistryClient.anonymous().get(AUDIT).status()).isEqualTo(401);
        assertThat(admin.send("DELETE", AUDIT, new byte[0]).status()).isEqualTo(405);
        assertThat(admin.send("POST", AUDIT, new byte[0]).status()).isEqualTo(405);
    }

    @Test
    void an_hour_that_is_none_is_refused() {
        assertThat(pulp.status(AUDIT + "?hour=yesterday")).isEqualTo(400);
        assertThat(pulp.status(AUDIT + "?hour=2026-11-28T13")).isEqualTo(200);
    }
}
