package dev.lading.server;

import static dev.lading.server.PulpClient.API;
import static dev.lading.server.PulpClient.DISTRIBUTIONS;
import static dev.lading.server.PulpClient.REPOSITORIES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.metadata.RecordJson;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteService;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URLEncoder;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Changes of settings: 202 with a task when something changes, 200 with the resource when nothing does. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class UpdatesTest {
    private static final String REMOTES = API + "remotes/container/container/";
    private static final String LOGIN = "\"username\":\"u\",\"password\":\"p\",\"headers\":[{\"X-Key\":\"k\"}]";

    @Inject
    RemoteService remotes;

    private final PulpClient pulp = new PulpClient();

    /** Creates a resource of a kind; returns its href. */
    private String create(String kind, String name) {
        return switch (kind) {
            case "repository" -> pulp.createRepository(name).path("pulp_href").asText();
            case "remote" -> remote(name, "");
            default ->
                pulp.task("POST", DISTRIBUTIONS, "{\"name\":\"" + name + "\",\"base_path\":\"" + name + "\"}")
                        .at("/created_resources/0")
                        .asText();
        };
    }

    private String remote(String name, String more) {
        return pulp.send("POST", REMOTES, "{" + required("remote", name) + more + "}")
                .json()
                .path("pulp_href")
                .asText();
    }

    private static String required(String kind, String name) {
        return "\"name\":\"" + name + "\""
                + switch (kind) {
                    case "repository" -> "";
                    case "remote" -> ",\"url\":\"https://a.test\",\"upstream_name\":\"x\"";
                    default -> ",\"base_path\":\"" + name + "\"";
                };
    }

    @ParameterizedTest(name = "{0} of a {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "PATCH | repository   | \"description\":\"x\"                       | description",
                "PATCH | repository   | \"pulp_labels\":{\"a\":null}                | pulp_labels",
                "PATCH | repository   | \"retain_repo_versions\":3                  | retain_repo_versions",
                "PUT   | repository   | \"description\":\"x\"                       | description",
                "PATCH | remote       | \"rate_limit\":6                            | rate_limit",
                "PATCH | remote       | \"url\":\"https://b.test\"                  | url",
                "PATCH | remote       | \"total_timeout\":1.5                       | total_timeout",
                "PUT   | remote       | \"includes\":[\"a\"]                        | includes",
                "PATCH | distribution | \"description\":\"x\"                       | description",
                "PATCH | distribution | \"private\":true                            | private",
                "PUT   | distribution | \"hidden\":true                             | hidden",
            })
    void a_change_is_a_task_and_the_same_again_is_none(String method, String kind, String change, String field) {
        String name = ("update-" + method + "-" + kind + "-" + field)
                .toLowerCase(Locale.ROOT)
                .replace('_', '-');
        String href = create(kind, name);
        String body =
                "{" + (method.equals("PUT") && !field.equals("url") ? required(kind, name) + "," : "") + change + "}";

        JsonNode task = pulp.task(method, href, body);

        assertThat(task.path("name").asText()).isEqualTo("pulpcore.app.tasks.base.general_update");
        assertThat(task.path("created_resources")).isEmpty();
        JsonNode shown = pulp.get(href);
        assertThat("\"" + field + "\":" + shown.path(field)).isEqualTo(change);
        var again = pulp.send(method, href, body);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json()).isEqualTo(shown);
        assertThat(pulp.get(href)).isEqualTo(shown);
        var nothing = pulp.send("PATCH", href, "{}");
        assertThat(nothing.status()).isEqualTo(200);
        assertThat(nothing.json()).isEqualTo(shown);
    }

    @Test
    void a_secret_sent_again_is_no_change_and_another_is_one() {
        String href = remote("update-secrets", "," + LOGIN);
        RemoteId id = new RemoteId(UUID.fromString(href.replaceAll(".*/([^/]+)/", "$1")));
        String before = RecordJson.write(remotes.get(id));

        assertThat(pulp.send("PATCH", href, "{" + LOGIN + "}").status()).isEqualTo(200);
        assertThat(RecordJson.write(remotes.get(id))).isEqualTo(before);
        JsonNode task = pulp.task("PATCH", href, "{" + LOGIN.replace("\"p\"", "\"hunter2\"") + "}");
        assertThat(remotes.secrets(remotes.get(id)).password()).contains("hunter2");
        assertThat(task.toString()).doesNotContain("hunter2");
    }

    @Test
    void a_change_that_does_not_fit_is_told_at_once() {
        create("distribution", "update-taken");
        String href = create("distribution", "update-free");

        var answer = pulp.send("PATCH", href, "{\"base_path\":\"update-taken\"}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().has("base_path")).isTrue();
    }

    @Test
    void a_schedule_is_changed_as_its_repository_is() {
        String remote = remote("update-scheduled", "");
        String href = create("repository", "update-scheduled");
        String body = "{\"remote\":\"" + remote + "\",\"sync_schedule\":\"rate(6 hours)\"}";

        JsonNode shown = pulp.change(href, body);

        assertThat(shown.path("sync_schedule").asText()).isEqualTo("rate(6 hours)");
        assertThat(pulp.send("PATCH", href, body).status()).isEqualTo(200);
        assertThat(pulp.change(href, "{\"sync_schedule_mirror\":true}").path("sync_schedule_next"))
                .isEqualTo(shown.path("sync_schedule_next"));
    }

    @Test
    void an_empty_text_is_no_reference() {
        String remote = remote("update-none", "");
        JsonNode repository = pulp.createServed("update-none");
        String href = repository.path("pulp_href").asText();
        String distribution =
                pulp.list(DISTRIBUTIONS + "?name=update-none", "pulp_href").getFirst();
        pulp.change(href, "{\"remote\":\"" + remote + "\"}");

        assertThat(pulp.change(href, "{\"remote\":\"\",\"manifest_signing_service\":\"\"}")
                        .path("remote")
                        .isNull())
                .isTrue();
        assertThat(pulp.change(distribution, "{\"repository\":\"\"}")
                        .path("repository")
                        .isNull())
                .isTrue();
        assertThat(pulp.change(distribution, "{\"repository\":\"\",\"repository_version\":\"" + href + "versions/0/\"}")
                        .path("repository_version")
                        .asText())
                .isEqualTo(href + "versions/0/");
        assertThat(pulp.change(distribution, "{\"repository_version\":\"\",\"content_guard\":\"\"}")
                        .path("repository_version")
                        .isNull())
                .isTrue();
        var created =
                pulp.send("POST", REPOSITORIES, "{\"name\":\"update-without\",\"remote\":\"\",\"description\":null}");
        assertThat(created.status()).isEqualTo(201);
        pulp.task(
                "POST",
                DISTRIBUTIONS,
                "{\"name\":\"update-without\",\"base_path\":\"update-without\",\"repository\":\"\",\"repository_version\":\"\"}");
        pulp.task(
                "POST",
                href + "copy_tags/",
                "{\"source_repository\":\"\",\"source_repository_version\":\"" + href + "versions/0/\"}");
        assertThat(pulp.send("POST", href + "sync/", "{\"remote\":\"\"}")
                        .json()
                        .at("/remote/0")
                        .asText())
                .contains("name a remote");
        // Not what is no reference.
        assertThat(pulp.send("PATCH", href, "{\"name\":\"\"}").status()).isEqualTo(400);
    }

    @Test
    void a_version_that_is_not_there_is_told_by_field() {
        String href = pulp.createServed("update-version").path("pulp_href").asText();
        String distribution =
                pulp.list(DISTRIBUTIONS + "?name=update-version", "pulp_href").getFirst();
        String pinned = "\"repository_version\":\"" + href + "versions/9/\"}";

        for (var answer : List.of(
                pulp.send("POST", DISTRIBUTIONS, "{\"name\":\"pinned\",\"base_path\":\"pinned\"," + pinned),
                pulp.send("PATCH", distribution, "{" + pinned),
                pulp.send(
                        "PUT",
                        distribution,
                        "{\"name\":\"update-version\",\"base_path\":\"update-version\",\"repository\":null," + pinned),
                pulp.send("POST", href + "copy_tags/", "{\"source_" + pinned.substring(1)))) {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().size()).isEqualTo(1);
            assertThat(answer.json().toString()).contains("repository_version").contains("versions/9/");
        }
    }

    @ParameterizedTest
    @CsvSource({"ünï, ü", "名前, 値", "каталог.1, да", "a b-c, 'd e'", "naïve_κ, ''"})
    void labels_in_any_script_are_set_and_selected(String key, String value) {
        String href = create("repository", "update-label-" + Integer.toHexString(key.hashCode()));
        pulp.send("POST", href + "set_label/", "{\"key\":\"" + key + "\",\"value\":\"" + value + "\"}");
        String list = REPOSITORIES + "?pulp_label_select=";

        for (String select : List.of(key, key + "=" + value, key + "!=other", key + "~" + value)) {
            assertThat(pulp.list(list + encoded(select), "pulp_href"))
                    .as(select)
                    .containsExactly(href);
        }
        assertThat(pulp.list(list + encoded("!" + key), "pulp_href")).doesNotContain(href);
        assertThat(pulp.list(
                        REPOSITORIES + "?q=" + encoded("pulp_label_select=\"" + key + "=" + value + "\""), "pulp_href"))
                .containsExactly(href);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }
}
