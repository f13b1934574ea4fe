package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.server.RegistryClient.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What users may do through the management API, beside the table of its operations, {@code management-rights.txt} of the
 * end-to-end tests. A maker made a repository and a remote by the API, and a private distribution of that repository in
 * a namespace of their own; the others have one role each.
 */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class RightsTest {
    private static final String PASSWORD = "battery staple";
    private static final String API = PulpClient.API;
    private static final String REMOTES = API + "remotes/container/container/";
    private static final List<String> CALLERS =
            List.of("maker", "manager", "viewer", "consumer", "collaborator", "stranger", "admin", "anonymous");

    /** Made by the first test; shared by all, as is the server. */
    private static final Map<String, String> MADE = new TreeMap<>();

    private static final PulpClient PULP = new PulpClient();
    private static final RegistryClient ADMIN = RegistryClient.administrator();

    private static RegistryClient client(String caller) {
        return switch (caller) {
            case "admin" -> ADMIN;
            case "anonymous" -> RegistryClient.anonymous();
            default -> RegistryClient.basic("r-" + caller, PASSWORD);
        };
    }

    private static Answer send(String caller, String method, String path, String json) {
        return client(caller).send(method, path, json.getBytes(UTF_8), "Content-Type", "application/json");
    }

    private static JsonNode expect(int status, Answer answer) {
        assertThat(answer.status()).as(new String(answer.body(), UTF_8)).isEqualTo(status);
        return answer.json();
    }

    private static String user(String name) {
        String body = "{\"username\":\"r-" + name + "\",\"password\":\"" + PASSWORD + "\"}";
        return expect(201, send("admin", "POST", API + "users/", body))
                .path("pulp_href")
                .asText();
    }

    private static void give(String user, String role, String object) {
        String body = "{\"role\":\"container.container" + role + "\",\"content_object\":"
                + (object.isEmpty() ? "null" : "\"" + object + "\"") + "}";
        expect(201, send("admin", "POST", user + "roles/", body));
    }

    private static String made(String caller, String path, String json) {
        return expect(201, send(caller, "POST", path, json)).path("pulp_href").asText();
    }

    /** Waits for a user's task as they see it. */
    private static JsonNode task(String caller, Answer started) {
        String href = expect(202, started).path("task").asText();
        PULP.get(href);
        JsonNode task;
        do {
            task = expect(200, send(caller, "GET", href, ""));
        } while (!List.of("completed", "failed", "canceled")
                .contains(task.path("state").asText()));
        assertThat(task.path("state").asText()).as(task.toString()).isEqualTo("completed");
        return task;
    }

    @BeforeEach
    void make() {
        if (!MADE.isEmpty()) {
            return;
        }
        String maker = user("maker");
        give(maker, "repository_creator", "");
        give(maker, "remote_creator", "");
        String repository = made("maker", PulpClient.REPOSITORIES, "{\"name\":\"rights/app\"}");
        String remote = made(
                "maker", REMOTES, "{\"name\":\"rights\",\"url\":\"http://127.0.0.1:9\",\"upstream_name\":\"a/b\"}");
        String distribution = task(
                        "maker",
                        send(
                                "maker",
                                "POST",
                                PulpClient.DISTRIBUTIONS,
                                "{\"name\":\"rights\",\"base_path\":\"r-maker/app\",\"private\":true,\"repository\":\""
                                        + repository + "\"}"))
                .path("created_resources")
                .get(0)
                .asText();
        String namespace = PULP.list(API + "pulp_container/namespaces/?name=r-maker", "pulp_href")
                .getFirst();
        give(user("manager"), "repository_content_manager", repository);
        give(user("viewer"), "repository_viewer", repository);
        give(user("consumer"), "distribution_consumer", distribution);
        give(user("collaborator"), "namespace_collaborator", namespace);
        user("stranger");
        MADE.putAll(Map.of("repo", repository, "remote", remote, "dist", distribution, "ns", namespace));
    }

    private static List<String> listed(String caller, String path, String property) {
        List<String> values = new ArrayList<>();
        expect(200, send(caller, "GET", path, ""))
                .path("results")
                .forEach(each -> values.add(each.path(property).asText()));
        return values;
    }

    @Test
    void lists_show_what_may_be_seen() {
        ADMIN.pushImage("public-" + "rights/app", "1", "public");
        String named = "?name=rights/app";
        for (String sees : List.of("maker", "manager", "viewer", "consumer", "collaborator", "admin")) {
            assertThat(listed(sees, PulpClient.REPOSITORIES, "name")).as(sees).contains("rights/app");
            assertThat(listed(sees, PulpClient.REPOSITORIES + named, "name"))
                    .as(sees)
                    .hasSize(1);
        }
        assertThat(listed("stranger", PulpClient.REPOSITORIES, "name"))
                .contains("public-rights/app")
                .doesNotContain("rights/app");
        assertThat(listed("stranger", PulpClient.REPOSITORIES + named, "name")).isEmpty();
        assertThat(listed("stranger", PulpClient.DISTRIBUTIONS, "base_path"))
                .contains("public-rights/app")
                .doesNotContain("r-maker/app");
        assertThat(listed("consumer", PulpClient.DISTRIBUTIONS, "base_path")).contains("r-maker/app");
        assertThat(listed("maker", REMOTES, "name")).containsExactly("rights");
        assertThat(listed("manager", REMOTES, "name")).isEmpty();
        assertThat(listed("collaborator", API + "pulp_container/namespaces/", "name"))
                .containsExactly("r-maker");
        assertThat(listed("maker", API + "tasks/", "name")).isNotEmpty();
        assertThat(listed("stranger", API + "tasks/", "name")).isEmpty();
    }

    @Test
    void space_is_given_back_by_who_may_change_the_content() {
        String path = API + "repositories/reclaim_space/";
        String named = "{\"repo_hrefs\":[\"" + MADE.get("repo") + "\"]}";
        for (String may : List.of("maker", "manager", "collaborator", "admin")) {
            task(may, send(may, "POST", path, named));
        }
        expect(403, send("viewer", "POST", path, named));
        expect(403, send("consumer", "POST", path, named));
        expect(400, send("stranger", "POST", path, named));
        expect(401, send("anonymous", "POST", path, named));
        task("viewer", send("viewer", "POST", path, "{\"repo_hrefs\":[\"*\"]}"));
    }

    @Test
    void the_catalog_lists_what_may_be_pulled() {
        ADMIN.pushImage("catalog-rights", "1", "public");
        for (String caller : CALLERS) {
            boolean pulls =
                    List.of("maker", "consumer", "collaborator", "admin").contains(caller);
            String scope = "/token/?service=lading&scope=registry:catalog:*";
            String token = client(caller).get(scope).json().path("token").asText();
            for (RegistryClient client : List.of(client(caller), RegistryClient.bearer(token))) {
                List<String> names = new ArrayList<>();
                String next = "/v2/_catalog?n=2";
                while (!next.isEmpty()) {
                    Answer page = client.get(next);
                    page.json().path("repositories").forEach(name -> names.add(name.asText()));
                    // Empty where there is no more.
                    next = page.header("Link").replaceAll("^<(?:https?://[^/]*)?([^>]*)>.*$", "$1");
                }
                assertThat(names).as(caller).isSorted().contains("catalog-rights");
                assertThat(names.contains("r-maker/app")).as(caller).isEqualTo(pulls);
            }
        }
    }

    @Test
    void content_is_listed_by_who_sees_its_repository() {
        client("maker").pushImage("r-maker/app", "hers", "private content");
        ADMIN.pushImage("content-rights/app", "everybodys", "public content");

        assertThat(listed("maker", API + "content/container/tags/?limit=1000", "name"))
                .contains("hers", "everybodys");
        assertThat(listed("viewer", API + "content/container/tags/?limit=1000", "name"))
                .contains("hers", "everybodys");
        assertThat(listed("stranger", API + "content/container/tags/?limit=1000", "name"))
                .contains("everybodys")
                .doesNotContain("hers");
        String version = "?repository_version=" + MADE.get("repo") + "versions/1/";
        assertThat(listed("viewer", API + "content/container/tags/" + version, "name"))
                .containsExactly("hers");
        assertThat(listed("stranger", API + "content/container/tags/" + version, "name"))
                .isEmpty();
        String tag = PULP.list(API + "content/container/tags/?name=hers", "pulp_href")
                .getFirst();
        assertThat(send("viewer", "GET", tag, "").status()).isEqualTo(200);
        assertThat(send("stranger", "GET", tag, "").status()).isEqualTo(404);
        String label = "{\"key\":\"a\",\"value\":\"b\"}";
        assertThat(send("viewer", "POST", tag + "set_label/", label).status()).isEqualTo(403);
        assertThat(send("stranger", "POST", tag + "set_label/", label).status()).isEqualTo(404);
    }

    /** Who sees all that is distributed does not see what is not. */
    @Test
    void a_role_on_every_distribution_shows_no_content_that_is_distributed_nowhere() {
        give(user("everywhere"), "distribution_consumer", "");
        client("maker").pushImage("r-maker/seen", "distributed", "distributed content");
        String hidden = made("admin", PulpClient.REPOSITORIES, "{\"name\":\"rights/undistributed\"}");
        ADMIN.pushImage("undistributed/app", "nowhere", "content of no distribution");
        String source = PULP.list(PulpClient.REPOSITORIES + "?name=undistributed/app", "pulp_href")
                .getFirst();
        PULP.task("POST", hidden + "copy_tags/", "{\"source_repository\":\"" + source + "\"}");
        PULP.task(
                "DELETE",
                PULP.list(PulpClient.DISTRIBUTIONS + "?name=undistributed/app", "pulp_href")
                        .getFirst(),
                "");

        assertThat(listed("everywhere", API + "content/container/tags/?limit=1000", "name"))
                .contains("distributed")
                .doesNotContain("nowhere");
        assertThat(listed("everywhere", PulpClient.REPOSITORIES + "?limit=1000", "name"))
                .contains("rights/app")
                .doesNotContain("rights/undistributed");
    }

    @Test
    void nobody_names_what_they_may_not_see_or_change() {
        String mine = made("maker", PulpClient.REPOSITORIES, "{\"name\":\"rights/mine\"}");
        String hidden = made("admin", PulpClient.REPOSITORIES, "{\"name\":\"rights/hidden\"}");
        String remote = made(
                "admin", REMOTES, "{\"name\":\"hidden\",\"url\":\"http://127.0.0.1:9\",\"upstream_name\":\"a/b\"}");
        String repository = "{\"remote\":\"" + remote + "\"}";

        assertThat(send("maker", "PATCH", mine, repository).status()).isEqualTo(400);
        assertThat(send("maker", "POST", mine + "sync/", repository).status()).isEqualTo(400);
        assertThat(send("maker", "POST", mine + "copy_tags/", "{\"source_repository\":\"" + hidden + "\"}")
                        .status())
                .isEqualTo(400);
        String scheduled = "{\"remote\":\"" + MADE.get("remote") + "\",\"sync_schedule\":\"rate(1 day)\"}";
        assertThat(send("maker", "PATCH", mine, scheduled).status()).isEqualTo(202);
        String served = "{\"name\":\"x\",\"base_path\":\"r-%s/x\",\"repository\":\"%s\"}";
        assertThat(send("maker", "POST", PulpClient.DISTRIBUTIONS, served.formatted("maker", hidden))
                        .status())
                .isEqualTo(400);
        // A viewer who served it would push to it.
        assertThat(send("viewer", "POST", PulpClient.DISTRIBUTIONS, served.formatted("viewer", MADE.get("repo")))
                        .status())
                .isEqualTo(403);
        assertThat(send("maker", "POST", PulpClient.DISTRIBUTIONS, served.formatted("viewer", mine))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void a_push_does_not_take_a_repository_that_has_its_name() {
        user("taker");
        made("admin", PulpClient.REPOSITORIES, "{\"name\":\"r-taker/app\"}");

        assertThat(send("taker", "POST", "/v2/r-taker/app/blobs/uploads/", "").status())
                .isEqualTo(401);
        assertThat(send("taker", "POST", "/v2/r-taker/other/blobs/uploads/", "").status())
                .isEqualTo(202);
        assertThat(listed("taker", PulpClient.REPOSITORIES + "?name=r-taker/other", "name"))
                .hasSize(1);
    }

    @Test
    void nobody_gives_what_they_lack() {
        String repository = MADE.get("repo");
        String other = user("other");
        String body = "{\"role\":\"container.containerrepository_%s\",\"users\":[\"r-other\"]}";
        give(other, "repository_viewer", "");

        assertThat(send("maker", "POST", repository + "add_role/", body.formatted("viewer"))
                        .status())
                .isEqualTo(201);
        assertThat(send("manager", "POST", repository + "add_role/", body.formatted("owner"))
                        .status())
                .isEqualTo(403);
        assertThat(send("maker", "POST", repository + "remove_role/", body.formatted("viewer"))
                        .status())
                .isEqualTo(201);
    }

    private static List<String> statements(String viewset, String action) {
        List<String> found = new ArrayList<>();
        expect(200, send("stranger", "GET", API + "access_policies/?viewset_name=" + viewset, ""))
                .path("results")
                .forEach(policy -> policy.path("statements").forEach(statement -> {
                    if (statement.path("action").get(0).asText().equals(action)) {
                        found.add(statement.path("principal").asText() + " "
                                + statement.path("condition").asText("anywhere"));
                    }
                }));
        return found;
    }

    @Test
    void policies_say_what_operations_need() {
        String repositories = "repositories/container/container";
        String permission = "authenticated has_model_or_obj_perms:";
        assertThat(statements(repositories, "list")).containsExactly("authenticated anywhere");
        assertThat(statements(repositories, "sync")).containsExactly(permission + "container.sync_containerrepository");
        assertThat(statements(repositories + "/versions", "delete"))
                .containsExactly(permission + "container.delete_containerrepository_versions");
        assertThat(statements("groups", "delete")).containsExactly(permission + "core.delete_group");
        assertThat(statements("users", "create")).containsExactly("admin anywhere");
        assertThat(statements("nothing", "list")).isEmpty();
    }
}
