package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.oci.Digest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Repositories of files, by the calls that Pulp's documentation builds an image with. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class FilesTest {
    private static final String REPOSITORIES = PulpClient.API + "repositories/file/file/";
    private static final String FILES = PulpClient.API + "content/file/files/";

    private final PulpClient pulp = new PulpClient();
    private final RegistryClient admin = RegistryClient.administrator();

    private JsonNode create(String name) {
        var answer = pulp.send("POST", REPOSITORIES, "{\"name\":\"" + name + "\"}");
        assertThat(answer.status()).isEqualTo(201);
        return answer.json();
    }

    private RegistryClient.Answer send(String... parts) {
        String body = String.join("", parts) + "--xYz--\r\n";
        return admin.send("POST", FILES, body.getBytes(UTF_8), "Content-Type", "multipart/form-data; boundary=xYz");
    }

    private static String field(String name, String value) {
        return "--xYz\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }

    private static String file(String content) {
        return field("file\"; filename=\"x", content);
    }

    private JsonNode upload(String repository, String path, String content) {
        JsonNode task = TaskEnd.await(
                admin, send(file(content), field("relative_path", path), field("repository", repository)));
        assertThat(task.path("state").asText()).as("%s", task).isEqualTo("completed");
        return task;
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    @Test
    void files_are_uploaded_into_versions() {
        JsonNode repository = create("files/context");
        String href = repository.path("pulp_href").asText();
        assertThat(href).startsWith(REPOSITORIES);
        assertThat(repository.path("latest_version_href").asText()).isEqualTo(href + "versions/0/");

        JsonNode first = upload(href, "foo/bar/example.txt", "a file");
        JsonNode second = upload(href, "Containerfile", "FROM x");

        assertThat(texts(first.path("created_resources")))
                .contains(href + "versions/1/")
                .anyMatch(created -> created.startsWith(FILES));
        assertThat(texts(second.path("created_resources"))).contains(href + "versions/2/");
        assertThat(pulp.get(href).path("latest_version_href").asText()).isEqualTo(href + "versions/2/");
        JsonNode listed = pulp.get(FILES + "?repository_version=" + href + "versions/2/");
        assertThat(listed.path("count").asInt()).isEqualTo(2);
        JsonNode file = listed.path("results").path(1);
        assertThat(file.path("relative_path").asText()).isEqualTo("foo/bar/example.txt");
        assertThat(file.path("sha256").asText())
                .isEqualTo(Digest.of(Digest.SHA256, "a file".getBytes(UTF_8)).hex());
        assertThat(file.path("size").asLong()).isEqualTo(6);
        assertThat(pulp.get(file.path("artifact").asText()).path("size").asLong())
                .isEqualTo(6);
        assertThat(pulp.get(file.path("pulp_href").asText())).isEqualTo(file);
        assertThat(pulp.list(FILES + "?repository_version_added=" + href + "versions/2/", "relative_path"))
                .containsExactly("Containerfile");
        assertThat(pulp.list(
                        FILES + "?relative_path=Containerfile&sha256="
                                + Digest.of(Digest.SHA256, "FROM x".getBytes(UTF_8))
                                        .hex(),
                        "relative_path"))
                .containsExactly("Containerfile");
        JsonNode version = pulp.get(href + "versions/2/");
        assertThat(version.at("/content_summary/present/file.file/count").asInt())
                .isEqualTo(2);
        assertThat(version.at("/content_summary/added/file.file/count").asInt()).isEqualTo(1);
        assertThat(version.path("base_version").isNull()).isTrue();
        assertThat(pulp.list(href + "versions/", "number")).containsExactly("2", "1", "0");
    }

    @Test
    void a_file_may_be_larger_than_other_bodies() {
        String href = create("files/large").path("pulp_href").asText();
        String content = "0123456789abcdef".repeat(300_000);

        upload(href, "large", content);

        JsonNode file =
                pulp.get(FILES + "?repository_version=" + href + "versions/1/").at("/results/0");
        assertThat(file.path("size").asInt()).isEqualTo(content.length());
        assertThat(file.path("sha256").asText())
                .isEqualTo(Digest.of(Digest.SHA256, content.getBytes(UTF_8)).hex());
    }

    @Test
    void what_is_replaced_removed_and_deleted_stays_in_the_versions_before() {
        String href = create("files/changing").path("pulp_href").asText();
        upload(href, "a", "1");
        upload(href, "a", "1");
        upload(href, "a", "2");
        upload(href, "b", "3");
        String b = pulp.list(FILES + "?relative_path=b&repository_version=" + href + "versions/3/", "pulp_href")
                .getFirst();

        pulp.task("POST", href + "modify/", "{\"remove_content_units\":[\"" + b + "\"]}");
        assertThat(pulp.list(FILES + "?repository_version=" + href + "versions/4/", "relative_path"))
                .containsExactly("a");
        pulp.task("POST", href + "modify/", "{\"add_content_units\":[\"" + b + "\"],\"remove_content_units\":[\"*\"]}");
        assertThat(pulp.list(FILES + "?repository_version=" + href + "versions/5/", "relative_path"))
                .containsExactly("b");
        pulp.task("DELETE", href + "versions/2/", "");
        assertThat(pulp.list(href + "versions/", "number")).containsExactly("5", "4", "3", "1", "0");
        pulp.task("DELETE", href, "");
        assertThat(pulp.status(href)).isEqualTo(404);
        assertThat(pulp.status(href + "versions/5/")).isEqualTo(404);
    }

    @Test
    void settings_are_changed_and_found() {
        String href = create("files/settings").path("pulp_href").asText();

        JsonNode changed =
                pulp.change(href, "{\"description\":\"d\",\"pulp_labels\":{\"a\":\"b\"},\"retain_repo_versions\":1}");

        assertThat(changed.path("description").asText()).isEqualTo("d");
        assertThat(changed.at("/pulp_labels/a").asText()).isEqualTo("b");
        upload(href, "a", "1");
        upload(href, "a", "2");
        assertThat(pulp.list(href + "versions/", "number")).containsExactly("2");
        for (String filter : List.of(
                "name=files/settings",
                "name__startswith=files/settings",
                "pulp_label_select=a=b",
                "pulp_href__in=" + href)) {
            assertThat(pulp.list(REPOSITORIES + "?" + filter, "pulp_href")).containsExactly(href);
        }
        assertThat(pulp.list(PulpClient.API + "repositories/?name=files/settings", "pulp_href"))
                .containsExactly(href);
        assertThat(pulp.list(PulpClient.API + "repositories/?pulp_type=file.file&name=files/settings", "pulp_href"))
                .containsExactly(href);
        assertThat(pulp.send("PATCH", href, "{\"remote\":\"/pulp/api/v3/x/\"}").status())
                .isEqualTo(400);
    }

    @Test
    void neither_kind_is_taken_for_the_other() {
        String href = create("files/apart").path("pulp_href").asText();
        upload(href, "a", "1");
        String id = href.substring(REPOSITORIES.length());
        String asContainer = PulpClient.REPOSITORIES + id;
        String container =
                pulp.createRepository("files/image").path("pulp_href").asText();
        String containerId = container.substring(PulpClient.REPOSITORIES.length());

        for (String path : List.of("", "versions/", "versions/1/", "list_roles/")) {
            assertThat(pulp.status(asContainer + path)).as(path).isEqualTo(404);
            assertThat(pulp.status(REPOSITORIES + containerId + path)).as(path).isEqualTo(404);
        }
        for (String action : List.of("sync/", "tag/", "add/", "declare_image/", "restore/", "promote/")) {
            assertThat(pulp.send("POST", asContainer + action, "{\"tag\":\"a\",\"digest\":\"b\"}")
                            .status())
                    .as(action)
                    .isIn(400, 404);
        }
        assertThat(pulp.list(PulpClient.REPOSITORIES + "?name=files/apart", "name"))
                .isEmpty();
        assertThat(pulp.list(PulpClient.REPOSITORIES + "?name__contains=files/apart", "name"))
                .isEmpty();
        assertThat(pulp.list(REPOSITORIES + "?name=files/image", "name")).isEmpty();
        for (String reference : List.of(href, asContainer)) {
            String body =
                    "{\"name\":\"files/apart\",\"base_path\":\"files/apart\",\"repository\":\"" + reference + "\"}";
            assertThat(pulp.send("POST", PulpClient.DISTRIBUTIONS, body).status())
                    .isEqualTo(400);
            String copy = "{\"source_repository\":\"" + reference + "\"}";
            assertThat(pulp.send("POST", container + "copy_tags/", copy).status())
                    .isEqualTo(400);
            String promotion = "{\"source_repository\":\"" + reference + "\"}";
            assertThat(pulp.send("POST", container + "promote/", promotion).status())
                    .isEqualTo(400);
        }
        assertThat(pulp.send("POST", PulpClient.REPOSITORIES, "{\"name\":\"files/apart\"}")
                        .status())
                .isEqualTo(400);
        assertThat(admin.send("POST", "/v2/files/apart/blobs/uploads/", new byte[0])
                        .status())
                .isIn(202, 409);
        assertThat(admin.pushManifest(
                                "files/apart", "1", RegistryClient.manifest(new byte[0], List.of(), Optional.empty()))
                        .status())
                .isEqualTo(409);
        assertThat(admin.get("/v2/files/apart/tags/list").status()).isEqualTo(404);
        assertThat(send(file("x"), field("relative_path", "x"), field("repository", container))
                        .status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "../x  | file       | relative_path",
                "/x    | file       | relative_path",
                "a//b  | file       | relative_path",
                "      | file       | relative_path",
                "x     | none       | file",
                "x     | artifact   | artifact",
            })
    void what_is_no_file_is_refused(String path, String sent, String named) {
        String href = pulp.list(REPOSITORIES + "?name=files/refused", "pulp_href").stream()
                .findFirst()
                .orElseGet(() -> create("files/refused").path("pulp_href").asText());

        var answer = send(
                field("repository", href),
                path == null ? "" : field("relative_path", path),
                sent.equals("none") ? "" : file("x"),
                sent.equals("artifact") ? field("artifact", "/pulp/api/v3/artifacts/1/") : "");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().has(named)).isTrue();
        assertThat(pulp.get(href).path("latest_version_href").asText()).endsWith("versions/0/");
    }

    @Test
    void bytes_that_came_before_what_is_refused_are_not_kept() {
        String content = "bytes that nobody keeps".repeat(10_000);
        String artifacts = PulpClient.API + "artifacts/?sha256="
                + Digest.of(Digest.SHA256, content.getBytes(UTF_8)).hex();

        var refused = send(file(content), field("relative_path", "x"), field("repository", REPOSITORIES + "1/"));
        var broken = admin.send(
                "POST", FILES, file(content).getBytes(UTF_8), "Content-Type", "multipart/form-data; boundary=xYz");

        assertThat(List.of(refused.status(), broken.status())).containsOnly(400);
        assertThat(pulp.get(artifacts).path("count").asInt()).isZero();
    }

    @Test
    void bodies_that_are_no_form_with_a_file_are_refused() {
        String json = "{\"relative_path\":\"x\",\"repository\":\"x\",\"file\":\"x\"}";

        assertThat(pulp.send("POST", FILES, json).status()).isEqualTo(400);
        assertThat(admin.send("POST", FILES, new byte[0], "Content-Type", "multipart/form-data")
                        .status())
                .isEqualTo(400);
        String endless = file("x").substring(0, 60);
        assertThat(admin.send(
                                "POST",
                                FILES,
                                endless.getBytes(UTF_8),
                                "Content-Type",
                                "multipart/form-data; boundary=xYz")
                        .status())
                .isEqualTo(400);
    }
}
