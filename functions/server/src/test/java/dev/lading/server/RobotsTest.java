package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.server.RegistryClient.Answer;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Groups and robots over HTTP, as a company sets them up. */
@QuarkusTest
class RobotsTest {
    private static final String PASSWORD = "battery staple";
    private static final String USERS = PulpClient.API + "users/";
    private static final String GROUPS = PulpClient.API + "groups/";
    private static final String ROBOTS = PulpClient.API + "robots/";
    private static final String LOGIN = PulpClient.API + "login/";
    private static final String NAMESPACES = PulpClient.API + "pulp_container/namespaces/";
    private static final String COLLABORATOR = "container.containernamespace_collaborator";
    private static final String OWNER = "container.containernamespace_owner";

    private final PulpClient pulp = new PulpClient();

    private static JsonNode created(Answer answer) {
        assertThat(answer.status()).as(new String(answer.body(), UTF_8)).isEqualTo(201);
        return answer.json();
    }

    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(UTF_8);
    }

    private JsonNode make(String list, String body) {
        return created(pulp.send("POST", list, body.replace('\'', '"')));
    }

    private RegistryClient user(String name) {
        make(USERS, "{'username':'" + name + "','password':'" + PASSWORD + "'}");
        return RegistryClient.basic(name, PASSWORD);
    }

    private String namespace(String name) {
        return make(NAMESPACES, "{'name':'" + name + "'}").path("pulp_href").asText();
    }

    private void give(String object, String role, String users, String groups) {
        make(object + "add_role/", "{'role':'" + role + "','users':[" + users + "],'groups':[" + groups + "]}");
    }

    private static int begin(RegistryClient client, String name) {
        return client.send("POST", "/v2/" + name + "/blobs/uploads/", new byte[0])
                .status();
    }

    private static RegistryClient robot(JsonNode made) {
        return RegistryClient.basic(
                made.path("name").asText(), made.path("secret").asText());
    }

    @Test
    void a_group_has_users_and_a_role_on_a_namespace() {
        RegistryClient ann = user("group-ann");
        String namespace = namespace("grouped");
        String group = make(GROUPS, "{'name':'the team'}").path("pulp_href").asText();
        assertThat(begin(ann, "grouped/app")).isEqualTo(401);

        JsonNode member = make(group + "users/", "{'username':'group-ann'}");
        give(namespace, COLLABORATOR, "", "'the team'");

        assertThat(begin(ann, "grouped/app")).isEqualTo(202);
        JsonNode shown =
                pulp.send("GET", USERS + "?username=group-ann", "").json().at("/results/0/groups");
        assertThat(shown.size()).isEqualTo(1);
        assertThat(shown.at("/0/name").asText()).isEqualTo("the team");
        assertThat(pulp.list(group + "users/", "username")).containsExactly("group-ann");
        assertThat(pulp.list(group + "roles/", "role")).containsExactly(COLLABORATOR);
        JsonNode roles = pulp.send("GET", namespace + "list_roles/", "").json().path("roles");
        assertThat(roles.toString()).contains("\"groups\":[\"the team\"]");
        assertThat(pulp.send("DELETE", member.path("pulp_href").asText(), "").status())
                .isEqualTo(204);
        // What they pushed to is theirs.
        assertThat(begin(ann, "grouped/app")).isEqualTo(202);
        assertThat(begin(ann, "grouped/other")).isEqualTo(401);
    }

    @Test
    void who_makes_a_group_says_who_is_in_it_and_others_do_not_see_it() {
        RegistryClient maker = user("group-maker");
        RegistryClient other = user("group-other");
        String groups = GROUPS + "?name=makers";
        make(
                pulp.list(USERS + "?username=group-maker", "pulp_href").getFirst() + "roles/",
                "{'role':'core.group_creator','content_object':null}");

        assertThat(other.send("POST", GROUPS, json("{'name':'others'}")).status())
                .isEqualTo(403);
        String group = created(maker.send("POST", GROUPS, json("{'name':'makers'}")))
                .path("pulp_href")
                .asText();
        assertThat(maker.get(groups).json().path("count").asInt()).isEqualTo(1);
        assertThat(other.get(groups).json().path("count").asInt()).isZero();
        assertThat(other.get(GROUPS).json().path("count").asInt()).isZero();
        assertThat(other.get(group).status()).isEqualTo(404);
        byte[] member = json("{'username':'group-other'}");
        assertThat(other.send("POST", group + "users/", member).status()).isEqualTo(404);
        assertThat(maker.send("POST", group + "users/", member).status()).isEqualTo(201);
        assertThat(maker.send("POST", group + "roles/", json("{'role':'" + OWNER + "','content_object':null}"))
                        .status())
                .isEqualTo(403);
        created(maker.send("POST", group + "add_role/", json("{'role':'core.group_viewer','users':['group-other']}")));
        assertThat(other.get(group + "my_permissions/").json().toString())
                .isEqualTo("{\"permissions\":[\"core.view_group\"]}");
        assertThat(other.send("POST", group + "users/", member).status()).isEqualTo(403);
        assertThat(other.send("DELETE", group, new byte[0]).status()).isEqualTo(403);
        assertThat(maker.send("DELETE", group, new byte[0]).status()).isEqualTo(204);
    }

    @Test
    void what_names_no_group_or_user_is_refused_with_the_field() {
        String namespace = namespace("unnamed");
        String add = namespace + "add_role/";

        assertThat(pulp.send("POST", add, "{\"role\":\"" + COLLABORATOR + "\",\"groups\":[\"nobody\"]}")
                        .json()
                        .path("groups")
                        .toString())
                .contains("there is no group");
        assertThat(pulp.send("POST", add, "{\"role\":\"" + COLLABORATOR + "\",\"users\":[\"unnamed+none\"]}")
                        .json()
                        .path("users")
                        .toString())
                .contains("no user or robot");
    }

    @Test
    void an_owner_makes_a_robot_that_pushes_and_is_rotated_and_deleted() {
        RegistryClient owner = user("robot-owner");
        give(namespace("robots"), OWNER, "'robot-owner'", "");

        JsonNode made = created(owner.send("POST", ROBOTS, json("{'name':'robots+ci','description':'builds'}")));
        String href = made.path("pulp_href").asText();
        RegistryClient first = robot(made);
        assertThat(begin(first, "robots/app")).isEqualTo(202);
        assertThat(begin(first, "elsewhere/app")).isEqualTo(401);
        assertThat(first.get(LOGIN).json().path("username").asText()).isEqualTo("robots+ci");

        RegistryClient second = robot(owner.send("POST", href + "rotate/", json("{'overlap_hours':1}"))
                .json());
        assertThat(begin(first, "robots/app")).isEqualTo(202);
        assertThat(begin(second, "robots/app")).isEqualTo(202);
        RegistryClient third = robot(owner.send("POST", href + "rotate/", json("{'overlap_hours':0}"))
                .json());
        assertThat(begin(first, "robots/app")).isEqualTo(401);
        assertThat(begin(second, "robots/app")).isEqualTo(401);
        assertThat(begin(third, "robots/app")).isEqualTo(202);

        JsonNode shown = owner.get(href).json();
        assertThat(shown.path("secrets").size()).isEqualTo(2);
        assertThat(shown.at("/secrets/1/last_used").asText()).isNotEmpty();
        assertThat(shown.toString()).doesNotContain("ldg_");
        assertThat(owner.send("DELETE", shown.at("/secrets/1/pulp_href").asText(), new byte[0])
                        .status())
                .isEqualTo(204);
        assertThat(begin(third, "robots/app")).isEqualTo(401);
        assertThat(owner.send("DELETE", href, new byte[0]).status()).isEqualTo(204);
        assertThat(owner.get(href).status()).isEqualTo(404);
    }

    @Test
    void a_robot_is_made_and_seen_only_by_those_who_give_roles_in_its_namespace() {
        RegistryClient collaborator = user("robot-collaborator");
        RegistryClient owner = user("robot-owner-2");
        String namespace = namespace("closed");
        give(namespace, COLLABORATOR, "'robot-collaborator'", "");
        give(namespace, OWNER, "'robot-owner-2'", "");
        byte[] body = json("{'name':'closed+ci'}");

        assertThat(collaborator.send("POST", ROBOTS, body).status()).isEqualTo(403);
        assertThat(RegistryClient.anonymous().send("POST", ROBOTS, body).status())
                .isEqualTo(401);
        JsonNode made = created(owner.send("POST", ROBOTS, body));
        String href = made.path("pulp_href").asText();
        assertThat(names(owner)).contains("closed+ci");
        assertThat(names(collaborator)).doesNotContain("closed+ci");
        assertThat(collaborator
                        .get(ROBOTS + "?name=closed%2Bci")
                        .json()
                        .path("count")
                        .asInt())
                .isZero();
        assertThat(collaborator.get(href).status()).isEqualTo(404);
        assertThat(collaborator.send("POST", href + "rotate/", json("{}")).status())
                .isEqualTo(404);
        assertThat(collaborator.send("DELETE", href, new byte[0]).status()).isEqualTo(404);

        // One that gives roles itself makes no others, and gives nothing that its maker lacks.
        RegistryClient robot =
                robot(created(owner.send("POST", ROBOTS, json("{'name':'closed+owner','role':'" + OWNER + "'}"))));
        assertThat(robot.send("POST", ROBOTS, json("{'name':'closed+child'}")).status())
                .isEqualTo(403);
        assertThat(robot.send("PATCH", LOGIN, json("{'new_password':'12345678'}"))
                        .status())
                .isEqualTo(403);
    }

    private static List<String> names(RegistryClient client) {
        return client.get(ROBOTS).json().path("results").findValuesAsText("name");
    }

    @Test
    void a_robot_of_no_namespace_or_with_no_role_of_one_is_refused() {
        for (String body : List.of(
                "{'name':'nowhere+ci'}",
                "{'name':'ci'}",
                "{'name':'a/b+ci'}",
                "{'name':'library+ci','role':'container.containerremote_owner'}",
                "{'name':'library+ci','expires_in_days':0}",
                "{'name':'library+ci','expires_in_days':4000}")) {
            assertThat(pulp.send("POST", ROBOTS, body.replace('\'', '"')).status())
                    .as(body)
                    .isEqualTo(400);
        }
    }

    @Test
    void a_robots_token_is_traded_for_no_other_and_lives_without_refresh() {
        namespace("tokens");
        JsonNode made = make(ROBOTS, "{'name':'tokens+ci'}");
        String form = "grant_type=password&access_type=offline&service=lading&scope=repository:tokens/app:pull,push"
                + "&username=tokens%2Bci&password=" + made.path("secret").asText();

        Answer answer = RegistryClient.anonymous()
                .send("POST", "/token/", form.getBytes(UTF_8), "Content-Type", "application/x-www-form-urlencoded");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().has("refresh_token")).isFalse();
        assertThat(answer.json().path("scope").asText()).isEqualTo("repository:tokens/app:pull,push");
        RegistryClient bearer =
                RegistryClient.bearer(answer.json().path("token").asText());
        assertThat(begin(bearer, "tokens/app")).isEqualTo(202);
        assertThat(begin(bearer, "tokens/other")).isEqualTo(401);
    }

    @Test
    void a_token_of_somebody_in_many_groups_is_short_enough_for_a_header() {
        RegistryClient ann = user("many-groups");
        for (int i = 0; i < 20; i++) {
            String group =
                    make(GROUPS, "{'name':'many " + i + "'}").path("pulp_href").asText();
            make(group + "users/", "{'username':'many-groups'}");
        }
        StringBuilder scopes = new StringBuilder("/token/?service=lading");
        for (int i = 0; i < 60; i++) {
            scopes.append("&scope=repository:many-groups/a-name-of-some-length-")
                    .append(i)
                    .append(":pull,push");
        }

        JsonNode issued = ann.get(scopes.toString()).json();

        assertThat(issued.path("token").asText()).hasSizeLessThan(4_000);
        assertThat(issued.path("scope").asText().split(" ")).hasSizeGreaterThan(15);
        assertThat(begin(RegistryClient.bearer(issued.path("token").asText()), "many-groups/a-name-of-some-length-0"))
                .isEqualTo(202);
    }

    @Test
    void a_wrong_secret_is_refused_whatever_it_looks_like() {
        namespace("wrong");
        String secret = make(ROBOTS, "{'name':'wrong+ci'}").path("secret").asText();
        String other = make(ROBOTS, "{'name':'wrong+cd'}").path("secret").asText();

        for (String wrong :
                List.of("", "ldg_", other, secret.substring(1), secret + "0", secret.toUpperCase(Locale.ROOT))) {
            assertThat(RegistryClient.basic("wrong+ci", wrong).get("/v2/").status())
                    .as(wrong)
                    .isEqualTo(401);
        }
        assertThat(RegistryClient.basic("wrong+nobody", secret).get("/v2/").status())
                .isEqualTo(401);
        assertThat(RegistryClient.basic("wrong+ci", secret).get("/v2/").status())
                .isEqualTo(200);
    }

    @Test
    void a_namespace_goes_with_all_that_is_in_it() {
        RegistryClient owner = user("leaving-owner");
        RegistryClient collaborator = user("leaving-collaborator");
        String namespace = namespace("leaving");
        give(namespace, OWNER, "'leaving-owner'", "");
        give(namespace, COLLABORATOR, "'leaving-collaborator'", "");
        RegistryClient robot = robot(created(owner.send("POST", ROBOTS, json("{'name':'leaving+ci'}"))));
        RegistryClient admin = RegistryClient.administrator();
        admin.pushImage("leaving/app", "1", "leaving");
        admin.pushImage("leaving/sub/app", "1", "leaving");
        String shared = pulp.list(PulpClient.REPOSITORIES + "?name=leaving/sub/app", "pulp_href")
                .getFirst();
        pulp.task(
                "POST",
                PulpClient.DISTRIBUTIONS,
                "{\"name\":\"stays\",\"base_path\":\"staying/app\",\"repository\":\"" + shared + "\"}");

        assertThat(collaborator.send("DELETE", namespace, new byte[0]).status()).isEqualTo(403);
        assertThat(robot.send("DELETE", namespace, new byte[0]).status()).isEqualTo(403);
        TaskEnd.await(RegistryClient.administrator(), owner.send("DELETE", namespace, new byte[0]));

        assertThat(pulp.send("GET", namespace, "").status()).isEqualTo(404);
        assertThat(admin.get("/v2/leaving/app/manifests/1").status()).isEqualTo(404);
        assertThat(pulp.list(PulpClient.REPOSITORIES + "?name=leaving/app", "name"))
                .isEmpty();
        assertThat(admin.get("/v2/staying/app/manifests/1").status()).isEqualTo(200);
        assertThat(robot.get("/v2/").status()).isEqualTo(401);
        // Whoever makes it anew owes nothing to those of before.
        namespace("leaving");
        assertThat(begin(owner, "leaving/app")).isEqualTo(401);
        assertThat(begin(collaborator, "leaving/app")).isEqualTo(401);
    }

    @Test
    void an_administrator_makes_a_role_of_permissions_and_changes_it() {
        String roles = PulpClient.API + "roles/";
        RegistryClient ann = user("own-role");
        String namespace = namespace("own-roles");
        String pull = "'container.namespace_pull_containerdistribution'";
        String push =
                "'container.namespace_add_containerdistribution','container.namespace_push_containerdistribution'";

        assertThat(ann.send("POST", roles, json("{'name':'mine','permissions':[]}"))
                        .status())
                .isEqualTo(403);
        JsonNode role = make(roles, "{'name':'pushers','permissions':[" + push + "]}");
        String href = role.path("pulp_href").asText();
        assertThat(role.path("locked").asBoolean()).isFalse();
        give(namespace, "pushers", "'own-role'", "");
        assertThat(begin(ann, "own-roles/app")).isEqualTo(202);
        assertThat(pulp.send("DELETE", href, "").status()).isEqualTo(409);
        String token = token(ann, "repository:own-roles/new:push");
        assertThat(begin(RegistryClient.bearer(token), "own-roles/new")).isEqualTo(202);

        assertThat(pulp.send("PATCH", href, "{\"permissions\":[" + pull.replace('\'', '"') + "]}")
                        .status())
                .isEqualTo(200);
        assertThat(begin(ann, "own-roles/other")).isEqualTo(401);
        assertThat(pulp.send("PATCH", href, "{\"permissions\":[\"core.everything\"]}")
                        .status())
                .isEqualTo(400);
        assertThat(pulp.send("PATCH", href, "{\"name\":\"others\"}").status()).isEqualTo(400);
        assertThat(pulp.send("PATCH", href, "{\"description\":\"" + "x".repeat(400_000) + "\"}")
                        .status())
                .isEqualTo(400);
        make(namespace + "remove_role/", "{'role':'pushers','users':['own-role']}");
        assertThat(pulp.send("DELETE", href, "").status()).isEqualTo(204);
        assertThat(pulp.send("GET", href, "").status()).isEqualTo(404);
        String builtIn = pulp.list(roles + "?name=" + OWNER, "pulp_href").getFirst();
        assertThat(pulp.send("DELETE", builtIn, "").status()).isEqualTo(409);
        assertThat(pulp.send("POST", roles, "{\"name\":\"" + OWNER + "\",\"permissions\":[]}")
                        .status())
                .isEqualTo(400);
    }

    private static String token(RegistryClient client, String scope) {
        return client.get("/token/?service=lading&scope=" + scope)
                .json()
                .path("token")
                .asText();
    }

    @Test
    void users_change_their_own_password_and_the_administrators_is_the_deployments() {
        RegistryClient ann = user("own-password");

        assertThat(ann.get(LOGIN).json().path("username").asText()).isEqualTo("own-password");
        assertThat(ann.send("PATCH", LOGIN, json("{'new_password':'another long one'}"))
                        .status())
                .isEqualTo(400);
        assertThat(ann.send("PATCH", LOGIN, json("{'old_password':'guessed','new_password':'another long one'}"))
                        .status())
                .isEqualTo(400);
        assertThat(ann.send("PATCH", LOGIN, json("{'username':'other'}")).status())
                .isEqualTo(400);
        assertThat(ann.send(
                                "PATCH",
                                LOGIN,
                                json("{'old_password':'" + PASSWORD + "','new_password':'another long one'}"))
                        .status())
                .isEqualTo(200);
        assertThat(ann.get(LOGIN).status()).isEqualTo(401);
        assertThat(RegistryClient.basic("own-password", "another long one")
                        .get(LOGIN)
                        .status())
                .isEqualTo(200);
        assertThat(RegistryClient.anonymous().get(LOGIN).status()).isEqualTo(401);
        Answer admins = pulp.send("PATCH", LOGIN, "{\"new_password\":\"12345678\"}");
        assertThat(admins.status()).isEqualTo(403);
        assertThat(new String(admins.body(), UTF_8)).contains("LADING_ADMIN_PASSWORD");
    }
}
