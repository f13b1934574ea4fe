package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.server.RegistryClient.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Users through the API, and what they may pull, push and delete: with their password, and with tokens. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class UsersTest {
    private static final byte[] NOTHING = {};
    private static final String PASSWORD = "battery staple";
    private static final String USERS = PulpClient.API + "users/";
    private static final String NAMESPACES = PulpClient.API + "pulp_container/namespaces/";
    private static final Map<String, JsonNode> MADE = new HashMap<>();

    private final PulpClient pulp = new PulpClient();
    private final RegistryClient admin = RegistryClient.administrator();

    private JsonNode make(String name) {
        return MADE.computeIfAbsent(
                name,
                key -> created(
                        pulp.send("POST", USERS, "{\"username\":\"" + name + "\",\"password\":\"" + PASSWORD + "\"}")));
    }

    private static JsonNode created(Answer answer) {
        assertThat(answer.status()).as(new String(answer.body(), UTF_8)).isEqualTo(201);
        return answer.json();
    }

    private static RegistryClient login(String user) {
        return RegistryClient.basic(user, PASSWORD);
    }

    private static String token(RegistryClient client, String scope) {
        return client.get("/token/?service=lading&scope=" + scope)
                .json()
                .path("token")
                .asText();
    }

    /** Names in namespace {@code ours}: one that is public, one that is private, and one that is not there. */
    private void pushOurs() {
        if (admin.get("/v2/ours/open/manifests/1").status() != 200) {
            admin.pushImage("ours/open", "1", "open");
            admin.pushImage("ours/private", "1", "private");
            pulp.task("PATCH", distribution("ours/private"), "{\"private\":true}");
        }
    }

    private String distribution(String path) {
        return pulp.list(PulpClient.DISTRIBUTIONS + "?base_path=" + path, "pulp_href")
                .getFirst();
    }

    private String namespace(String name) {
        return pulp.list(NAMESPACES + "?name=" + name, "pulp_href").getFirst();
    }

    private void give(String user, String role, String object) {
        String body = "{\"role\":\"container.container" + role + "\",\"content_object\":"
                + (object.isEmpty() ? "null" : "\"" + object + "\"") + "}";
        created(pulp.send("POST", make(user).path("pulp_href").asText() + "roles/", body));
    }

    /**
     * What each kind of caller is answered: to a pull of a name that is public, private and missing, to the begin of a
     * push there, and to the deletion of a tag that is not there. The order is that of {@link #pushOurs}.
     */
    @ParameterizedTest(name = "{0}: pulls {1}, pushes {2}, deletes {3}")
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = true,
            value = {
                "anonymous                      | 200 401 401 | 401 401 401 | 401 401 401",
                "stranger                       | 200 401 401 | 401 401 401 | 401 401 401",
                "distribution_consumer          | 200 200 401 | 401 401 401 | 401 401 401",
                "distribution_collaborator      | 200 200 401 | 401 202 401 | 401 401 401",
                "distribution_owner             | 200 200 401 | 401 202 401 | 401 404 401",
                "namespace_consumer             | 200 200 404 | 401 401 401 | 401 401 401",
                "namespace_collaborator         | 200 200 404 | 202 202 202 | 404 404 404",
                "namespace_owner                | 200 200 404 | 202 202 202 | 404 404 404",
                "namespace_creator              | 200 401 401 | 401 401 401 | 401 401 401",
                "admin                          | 200 200 404 | 202 202 202 | 404 404 404",
            })
    void a_caller_may_do_what_their_roles_say(String caller, String pulls, String pushes, String deletes) {
        pushOurs();
        RegistryClient basic = switch (caller) {
            case "anonymous" -> RegistryClient.anonymous();
            case "admin" -> admin;
            default -> given(caller);
        };
        for (boolean byToken : new boolean[] {false, true}) {
            String way = caller + (byToken ? " by token" : "");
            // The first request of a user's push makes the name.
            String missing = "ours/missing-" + caller.replace('_', '-') + byToken;
            assertThat(answers(basic, missing, byToken, "pull", "GET", "/manifests/1"))
                    .as(way)
                    .isEqualTo(pulls);
            assertThat(answers(basic, missing, byToken, "pull", "HEAD", "/manifests/1"))
                    .as(way)
                    .isEqualTo(pulls);
            assertThat(answers(basic, missing, byToken, "pull,push", "POST", "/blobs/uploads/"))
                    .as(way)
                    .isEqualTo(pushes);
            assertThat(answers(basic, missing, byToken, "delete", "DELETE", "/manifests/missing"))
                    .as(way)
                    .isEqualTo(deletes);
        }
    }

    private RegistryClient given(String caller) {
        String user = "u-" + caller;
        if (!MADE.containsKey(user)) {
            make(user);
            if (caller.startsWith("distribution")) {
                give(user, caller, distribution("ours/private"));
            } else if (caller.equals("namespace_creator")) {
                give(user, caller, "");
            } else if (caller.startsWith("namespace")) {
                give(user, caller, namespace("ours"));
            }
        }
        return login(user);
    }

    private static String answers(
            RegistryClient basic, String missing, boolean byToken, String actions, String method, String path) {
        StringBuilder answers = new StringBuilder();
        for (String name : List.of("ours/open", "ours/private", missing)) {
            RegistryClient client =
                    byToken ? RegistryClient.bearer(token(basic, "repository:" + name + ":" + actions)) : basic;
            Answer answer = client.send(method, "/v2/" + name + path, NOTHING);
            if (answer.status() == 401) {
                assertThat(answer.header("WWW-Authenticate")).contains("scope=\"repository:" + name + ":");
            }
            answers.append(answers.isEmpty() ? "" : " ").append(answer.status());
        }
        return answers.toString();
    }

    @Test
    void a_token_grants_the_part_of_its_scope_that_is_allowed() {
        pushOurs();
        RegistryClient consumer = given("distribution_consumer");
        String scopes =
                "repository:ours/private:pull,push%20repository:ours/open:pull,push%20repository:ours/missing:pull"
                        + "%20registry:management:*%20registry:catalog:*";

        assertThat(consumer.get("/token/?service=lading&scope=" + scopes)
                        .json()
                        .path("scope")
                        .asText())
                .isEqualTo("registry:catalog:* repository:ours/private:pull repository:ours/open:pull");
    }

    /** A token that was issued while the name was public must not open it once it is private. */
    @Test
    void what_everybody_may_pull_is_no_right_of_a_token() {
        make("passer-by");
        admin.pushImage("closing/app", "1", "closing");
        RegistryClient bearer = RegistryClient.bearer(token(login("passer-by"), "repository:closing/app:pull"));
        assertThat(bearer.get("/v2/closing/app/manifests/1").status()).isEqualTo(200);

        pulp.task("PATCH", distribution("closing/app"), "{\"private\":true}");

        assertThat(bearer.get("/v2/closing/app/manifests/1").status()).isEqualTo(401);
    }

    @Test
    void a_user_pushes_to_a_namespace_of_their_own_and_others_do_not() {
        make("ann");
        make("bob");
        login("ann").pushImage("ann/app", "1", "hers");

        assertThat(login("bob")
                        .send("POST", "/v2/ann/app/blobs/uploads/", NOTHING)
                        .status())
                .isEqualTo(401);
        assertThat(login("ann")
                        .send("POST", "/v2/bob/app/blobs/uploads/", NOTHING)
                        .status())
                .isEqualTo(401);
        String roles = new String(admin.get(namespace("ann") + "list_roles/").body(), UTF_8);
        assertThat(roles)
                .isEqualTo("{\"roles\":[{\"role\":\"container.containernamespace_owner\","
                        + "\"users\":[\"ann\"],\"groups\":[]}]}");
    }

    @Test
    void a_name_that_is_like_a_namespace_that_is_there_gives_nothing() {
        admin.pushImage("prod/app", "1", "prod");
        make("prod");

        assertThat(login("prod")
                        .send("POST", "/v2/prod/app/blobs/uploads/", NOTHING)
                        .status())
                .isEqualTo(401);
        assertThat(login("prod")
                        .send("POST", "/v2/prod/new/blobs/uploads/", NOTHING)
                        .status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"users/", "repair/", "orphans/cleanup/", "tasks/purge/", "status/storage/"})
    void a_user_administrates_nothing(String path) {
        make("ann");
        String whole = PulpClient.API + path;
        String token = token(login("ann"), "registry:management:*");

        for (RegistryClient ann : List.of(login("ann"), RegistryClient.bearer(token))) {
            for (String method : List.of("GET", "POST")) {
                Answer answer = ann.send(method, whole, "{}".getBytes(UTF_8), "Content-Type", "application/json");
                assertThat(answer.status()).as(method + " " + path).isIn(403, 404, 405);
            }
        }
    }

    @Test
    void a_taken_role_a_new_password_and_a_deletion_end_what_a_password_opens_at_once() {
        pushOurs();
        JsonNode user = make("leaver");
        String href = user.path("pulp_href").asText();
        give("leaver", "distribution_consumer", distribution("ours/private"));
        assertThat(login("leaver").get("/v2/ours/private/manifests/1").status()).isEqualTo(200);

        String grant = pulp.list(href + "roles/", "pulp_href").getFirst();
        assertThat(admin.send("DELETE", grant, NOTHING).status()).isEqualTo(204);
        assertThat(login("leaver").get("/v2/ours/private/manifests/1").status()).isEqualTo(401);
        assertThat(login("leaver").get("/v2/").status()).isEqualTo(200);

        assertThat(pulp.send("PATCH", href, "{\"password\":\"another horse\"}").status())
                .isEqualTo(200);
        assertThat(login("leaver").get("/v2/").status()).isEqualTo(401);
        assertThat(RegistryClient.basic("leaver", "another horse").get("/v2/").status())
                .isEqualTo(200);

        assertThat(admin.send("DELETE", href, NOTHING).status()).isEqualTo(204);
        assertThat(admin.send("DELETE", href, NOTHING).status()).isEqualTo(404);
        assertThat(RegistryClient.basic("leaver", "another horse").get("/v2/").status())
                .isEqualTo(401);
    }

    @Test
    void a_refresh_token_ends_with_what_it_was_issued_for() {
        JsonNode user = make("refreshing");
        String form = "grant_type=password&username=refreshing&access_type=offline&service=lading&password="
                + PASSWORD.replace(' ', '+');
        String refresh = post(form).json().path("refresh_token").asText();
        assertThat(post("grant_type=refresh_token&refresh_token=" + refresh).status())
                .isEqualTo(200);

        pulp.send("PATCH", user.path("pulp_href").asText(), "{\"is_active\":false}");

        assertThat(post("grant_type=refresh_token&refresh_token=" + refresh).status())
                .isEqualTo(401);
        assertThat(post(form).status()).isEqualTo(401);
    }

    private static Answer post(String form) {
        return RegistryClient.anonymous()
                .send("POST", "/token/", form.getBytes(UTF_8), "Content-Type", "application/x-www-form-urlencoded");
    }

    @Test
    void a_token_holds_many_repositories_and_stays_under_4000_characters() {
        make("wide");
        give("wide", "namespace_owner", "");
        StringBuilder scopes = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            scopes.append("repository:wide/").append("n".repeat(20)).append(i).append(":pull,push%20");
        }
        String token = token(login("wide"), scopes.toString());

        assertThat(token).hasSizeLessThan(4_000);
        String claims = new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), UTF_8);
        assertThat(claims).doesNotContain("wide\"").contains("\"sub\":\"user:");
        assertThat(claims.split("\"name\"", -1)).hasSizeGreaterThan(20);
    }

    /** BuildKit asks in the order of names for every repository that a layer may be mounted from. */
    @Test
    void a_push_gets_what_it_needs_among_many_mounts() {
        make("mounting");
        StringBuilder scopes = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            scopes.append("repository:bases/").append(i).append(":pull%20");
        }
        scopes.append("repository:mounting/target:pull,push");
        RegistryClient bearer = RegistryClient.bearer(token(login("mounting"), scopes.toString()));

        assertThat(bearer.send("POST", "/v2/mounting/target/blobs/uploads/", NOTHING)
                        .status())
                .isEqualTo(202);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"username\":\"admin\",\"password\":\"battery staple\"} | reserved",
                "{\"username\":\"a+b\",\"password\":\"battery staple\"} | Use letters",
                "{\"username\":\"short\",\"password\":\"1234567\"} | at least 8 characters",
                "{\"username\":\"ann2\",\"root\":true} | no such field",
                "{\"password\":\"battery staple\"} | required",
            })
    void an_unusable_user_is_refused_with_the_reason(String body, String reason) {
        Answer answer = pulp.send("POST", USERS, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(new String(answer.body(), UTF_8)).contains(reason);
    }

    @Test
    void a_role_that_is_given_wrongly_is_refused_with_the_reason() {
        pushOurs();
        make("ann");
        String ofPrivate = distribution("ours/private");
        String consumer = "container.containerdistribution_consumer";
        assertThat(role(ofPrivate + "add_role/", consumer, "ann")).startsWith("201");
        assertThat(role(ofPrivate + "add_role/", consumer, "ann"))
                .startsWith("400")
                .contains("has the role");
        assertThat(role(ofPrivate + "add_role/", consumer, "nobody"))
                .startsWith("400")
                .contains("no user");
        assertThat(role(ofPrivate + "add_role/", "container.root", "ann"))
                .startsWith("400")
                .contains("no role");
        assertThat(role(namespace("ours") + "add_role/", consumer, "ann"))
                .startsWith("400")
                .contains("no permission for a namespace");
        assertThat(role(ofPrivate + "remove_role/", consumer, "ann")).startsWith("201");
        assertThat(role(ofPrivate + "remove_role/", consumer, "ann")).startsWith("400");
        assertThat(pulp.send(
                                "POST",
                                make("ann").path("pulp_href").asText() + "roles/",
                                "{\"role\":\"" + consumer + "\"}")
                        .status())
                .isEqualTo(400);
    }

    private String role(String href, String role, String user) {
        Answer answer = pulp.send("POST", href, "{\"role\":\"" + role + "\",\"users\":[\"" + user + "\"]}");
        return answer.status() + " " + new String(answer.body(), UTF_8);
    }

    @Test
    void lists_show_what_was_made() {
        make("listed");
        assertThat(pulp.list(USERS + "?username=listed", "username")).containsExactly("listed");
        assertThat(pulp.list(USERS + "?username__icontains=LISTE", "username")).containsExactly("listed");
        assertThat(pulp.list(USERS, "username")).contains("listed");
        assertThat(pulp.get(USERS + "?limit=1").toString()).doesNotContain("password", "argon2");
        assertThat(pulp.list(PulpClient.API + "roles/?name__startswith=container.containernamespace", "name"))
                .hasSize(4);
        String role = pulp.list(PulpClient.API + "roles/?name=container.containernamespace_owner", "pulp_href")
                .getFirst();
        assertThat(pulp.get(role).path("locked").asBoolean()).isTrue();
    }
}
