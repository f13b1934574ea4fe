package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lading.server.RegistryClient.Answer;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Importers, imports and task groups as Pulp's clients use them. */
@QuarkusTest
class ImporterTest {
    private static final String IMPORTERS = PulpClient.API + "importers/core/pulp/";
    private static final String CHECK = IMPORTERS + "import-check/";
    private static final String GROUPS = PulpClient.API + "task-groups/";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RegistryClient admin = RegistryClient.administrator();
    private final PulpClient pulp = new PulpClient();
    private final Path folder = Path.of(ConfigProvider.getConfig().getValue("lading.imports-folder", String.class));

    private String trusted = "";

    @BeforeEach
    void trust() {
        String pem = pulp.get(PulpClient.API + "bundle_key/").path("public_key").asText();
        trusted = posted(PulpClient.API + "trusted_keys/", Map.of("public_key", pem), 201)
                .path("pulp_href")
                .asText();
    }

    @AfterEach
    void distrust() {
        assertThat(admin.send("DELETE", trusted, new byte[0]).status()).isEqualTo(204);
    }

    private JsonNode posted(String path, Map<String, ?> body, int status) {
        Answer answer = pulp.send("POST", path, json(body));
        assertThat(answer.status()).as(() -> new String(answer.body(), UTF_8)).isEqualTo(status);
        return answer.json();
    }

    private static String json(Object body) {
        return JSON.valueToTree(body).toString();
    }

    private JsonNode repository(String name) {
        return pulp.get(PulpClient.REPOSITORIES + "?name=" + name).at("/results/0");
    }

    /** The file of a bundle of one repository, which has the tags of its images. */
    private String exported(String name, String... images) {
        for (String image : images) {
            admin.pushImage(name, image, name + image);
        }
        Map<String, Object> exporter = Map.of(
                "name",
                name + images.length,
                "path",
                name,
                "repositories",
                List.of(repository(name).path("pulp_href").asText()));
        String href = posted(PulpClient.API + "exporters/core/pulp/", exporter, 201)
                .path("pulp_href")
                .asText();
        JsonNode task = pulp.task("POST", href + "exports/", "{}");
        return pulp.get(task.at("/created_resources/0").asText())
                .path("output_file_info")
                .fieldNames()
                .next();
    }

    private String importer(String name, Map<String, ?> mapping) {
        return posted(IMPORTERS, Map.of("name", name, "repo_mapping", mapping), 201)
                .path("pulp_href")
                .asText();
    }

    private JsonNode changed(String importer, String body) {
        Answer answer = pulp.send("PATCH", importer, body);
        assertThat(answer.status()).as(() -> new String(answer.body(), UTF_8)).isEqualTo(200);
        return answer.json();
    }

    /** The group of an import, which has ended. */
    private JsonNode ended(String importer, Map<String, ?> body) {
        String group =
                posted(importer + "imports/", body, 202).path("task_group").asText();
        String task = pulp.get(group).at("/tasks/0/pulp_href").asText();
        TaskEnd.await(admin, task);
        return pulp.get(group);
    }

    private JsonNode task(JsonNode group) {
        return pulp.get(group.at("/tasks/0/pulp_href").asText());
    }

    private String refusal(String importer, Map<String, ?> body) {
        JsonNode group = ended(importer, body);
        assertThat(group.path("failed").asInt()).isEqualTo(1);
        return task(group).at("/error/description").asText();
    }

    @Test
    void a_bundle_below_the_folder_becomes_the_versions_that_it_holds() {
        String file = exported("importer/source", "1", "2");
        String importer = importer("takes", Map.of("importer/source", "importer/target", "other", "elsewhere"));

        JsonNode group = ended(importer, Map.of("path", file, "create_repositories", true));

        assertThat(group.path("completed").asInt()).as(group::toString).isEqualTo(1);
        assertThat(group.path("all_tasks_dispatched").asBoolean()).isTrue();
        assertThat(group.path("description").asText()).isEqualTo("Import of " + file);
        assertThat(group.at("/group_progress_reports/0/done")).isEqualTo(group.at("/group_progress_reports/0/total"));
        assertThat(admin.get("/v2/importer/target/manifests/2").body())
                .isEqualTo(admin.get("/v2/importer/source/manifests/2").body());
        JsonNode target = repository("importer/target");
        assertThat(target.path("latest_version_href").asText()).endsWith("versions/2/");
        JsonNode task = task(group);
        assertThat(task.path("task_group")).isEqualTo(group.path("pulp_href"));
        assertThat(task.path("name").asText()).isEqualTo("pulpcore.app.tasks.importer.pulp_import");
        String made = task.at("/created_resources/0").asText();
        assertThat(task.at("/created_resources/1")).isEqualTo(target.path("latest_version_href"));
        assertThat(pulp.list(importer + "imports/", "pulp_href")).containsExactly(made);
        assertThat(pulp.get(made).path("task")).isEqualTo(task.path("pulp_href"));
        assertThat(pulp.get(made).at("/params/path").asText()).isEqualTo(file);
        assertThat(pulp.list(
                        PulpClient.API + "tasks/?task_group="
                                + group.path("pulp_href").asText(),
                        "pulp_href"))
                .containsExactly(task.path("pulp_href").asText());
        assertThat(pulp.list(GROUPS, "pulp_href"))
                .contains(group.path("pulp_href").asText());

        JsonNode again = task(ended(importer, Map.of("path", file)));
        assertThat(again.path("created_resources")).hasSize(1);
        assertThat(repository("importer/target")).isEqualTo(target);
        assertThat(admin.send("DELETE", made, new byte[0]).status()).isEqualTo(204);
        assertThat(pulp.status(made)).isEqualTo(404);
    }

    @Test
    void a_path_may_be_relative_to_the_folder() {
        String file =
                folder.relativize(Path.of(exported("importer/relative", "1"))).toString();
        String importer = importer("relative", Map.of("importer/relative", "importer/relative-copy"));

        assertThat(ended(importer, Map.of("path", file, "create_repositories", true))
                        .path("completed")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void what_cannot_be_imported_fails_by_a_sentence() {
        String file = exported("importer/refused", "1");
        String importer = importer("refuses", Map.of("importer/refused", "importer/never"));

        assertThat(refusal(importer, Map.of("path", file))).contains("there is no repository 'importer/never'");
        distrust();
        assertThat(refusal(importer, Map.of("path", file, "create_repositories", true)))
                .contains("is not trusted");
        trust();
        assertThat(refusal(importer("unmapped", Map.of()), Map.of("path", file)))
                .contains("not imported from");
        assertThat(repository("importer/never").isMissingNode()).isTrue();
    }

    @Test
    void whatever_a_repository_has_the_newest_version_may_follow() {
        String file = exported("importer/newest", "1", "2");
        admin.pushImage("importer/own", "mine", "mine");
        String importer = importer("newest", Map.of("importer/newest", "importer/own"));
        assertThat(changed(importer, "{\"as_new_version\":true,\"keep_public\":true}")
                        .path("as_new_version")
                        .asBoolean())
                .isTrue();

        assertThat(ended(importer, Map.of("path", file)).path("completed").asInt())
                .isEqualTo(1);

        assertThat(repository("importer/own").path("latest_version_href").asText())
                .endsWith("versions/2/");
        assertThat(admin.get("/v2/importer/own/tags/list").json().path("tags"))
                .extracting(JsonNode::asText)
                .containsExactly("1", "2");
    }

    @Test
    void unsigned_bundles_are_taken_if_that_is_said() throws IOException {
        byte[] signed = Files.readAllBytes(Path.of(exported("importer/unsigned", "1")));
        // The list, a header and its content, in whole blocks; behind it the signature's two.
        int list = 512 + (Integer.parseInt(new String(signed, 124, 11, UTF_8), 8) + 511) / 512 * 512;
        byte[] unsigned = new byte[signed.length - 1024];
        System.arraycopy(signed, 0, unsigned, 0, list);
        System.arraycopy(signed, list + 1024, unsigned, list, unsigned.length - list);
        Files.write(folder.resolve("unsigned.tar"), unsigned);
        String importer = importer("unsigned", Map.of("importer/unsigned", "importer/unsigned-copy"));
        var body = Map.of("path", "unsigned.tar", "create_repositories", true);

        assertThat(refusal(importer, body)).contains("is not signed");
        changed(importer, "{\"unsigned\":true}");
        assertThat(ended(importer, body).path("completed").asInt()).isEqualTo(1);
    }

    @Test
    void importers_are_found_changed_and_deleted() {
        String importer = importer("changed", Map.of("a", "b"));

        assertThat(pulp.list(IMPORTERS + "?name=changed", "pulp_href")).containsExactly(importer);
        posted(IMPORTERS, Map.of("name", "changed"), 400);
        assertThat(changed(importer, "{\"name\":\"changed-again\"}")
                        .at("/repo_mapping/a")
                        .asText())
                .isEqualTo("b");
        assertThat(pulp.send("PUT", importer, "{\"name\":\"put\",\"repo_mapping\":{}}")
                        .json()
                        .path("repo_mapping"))
                .isEmpty();
        assertThat(pulp.send("PATCH", importer, "{\"repo_mapping\":{\"a\":null}}")
                        .status())
                .isEqualTo(400);
        assertThat(admin.send("DELETE", importer, new byte[0]).status()).isEqualTo(204);
        assertThat(pulp.status(importer)).isEqualTo(404);
        assertThat(importer("put", Map.of())).isNotEqualTo(importer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../out", "a/../../out", "/tmp/out", "/", "a\u0000b", "/etc/passwd", "absent.tar", "", "."})
    void no_path_leads_out_of_the_folder_or_to_nothing(String path) {
        String importer = importer("outside" + path.hashCode(), Map.of());

        JsonNode answer = posted(importer + "imports/", Map.of("path", path), 400);

        assertThat(answer.has("path") || answer.has("detail"))
                .as(answer::toString)
                .isTrue();
    }

    @Test
    void no_link_leads_out_of_it() throws IOException {
        Path outside = Files.createTempFile("lading-outside", ".tar");
        try {
            Files.createDirectories(folder);
            Files.createSymbolicLink(folder.resolve("linked.tar"), outside);

            posted(importer("linked", Map.of()) + "imports/", Map.of("path", "linked.tar"), 400);
        } finally {
            Files.delete(folder.resolve("linked.tar"));
            Files.delete(outside);
        }
    }

    @Test
    void what_a_bundle_does_not_have_is_refused() {
        String importer = importer("needs", Map.of());

        posted(importer + "imports/", Map.of("toc", "toc.json"), 400);
        posted(importer + "imports/", Map.of(), 400);
        posted(CHECK, Map.of(), 400);
    }

    @Test
    void a_bundle_is_checked_before_it_is_imported() {
        String file = exported("importer/checked", "1");

        JsonNode mapped =
                posted(CHECK, Map.of("path", file, "repo_mapping", "{\"importer/checked\":\"importer/new\"}"), 200);
        assertThat(mapped.at("/path/is_valid").asBoolean()).as(mapped::toString).isTrue();
        assertThat(mapped.at("/path/context").asText()).isEqualTo(file);
        assertThat(mapped.at("/repo_mapping/is_valid").asBoolean()).isTrue();
        assertThat(mapped.path("toc").isNull()).isTrue();
        JsonNode unmapped = posted(CHECK, Map.of("path", file), 200);
        assertThat(unmapped.at("/path/is_valid").asBoolean()).isFalse();
        assertThat(unmapped.at("/path/messages/0").asText()).contains("not imported from");
        assertThat(repository("importer/new").isMissingNode()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"path, /etc/passwd", "path, absent", "toc, any", "repo_mapping, {", "repo_mapping, '{\"a\":7}'"})
    void what_is_wrong_is_told_and_no_error(String field, String value) {
        JsonNode said = posted(CHECK, Map.of(field, value), 200).path(field);

        assertThat(said.path("is_valid").asBoolean()).isFalse();
        assertThat(StreamSupport.stream(said.path("messages").spliterator(), false))
                .hasSize(1);
    }

    @Test
    void what_has_ended_is_not_canceled() {
        String file = exported("importer/ended", "1");
        JsonNode group = ended(importer("ends", Map.of()), Map.of("path", file));

        String href = group.path("pulp_href").asText();
        assertThat(pulp.send("PATCH", href, "{\"state\":\"canceled\"}").status())
                .isEqualTo(409);
        assertThat(pulp.send("PATCH", href, "{\"state\":\"running\"}").status()).isEqualTo(400);
        String other = pulp.task("POST", PulpClient.API + "tasks/purge/", "{}")
                .path("pulp_href")
                .asText();
        assertThat(pulp.status(other.replace("/tasks/", "/task-groups/"))).isEqualTo(404);
    }
}
