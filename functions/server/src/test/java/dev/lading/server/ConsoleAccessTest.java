package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.server.RegistryClient.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The console's pages of users, groups, roles, robots and the audit: what they show, to whom, and what they change. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class ConsoleAccessTest {
    private static final String PASSWORD = "battery staple";
    private static final String ACCESS = "/ui/access/";
    private static final String USERS = ACCESS + "users/";
    private static final String GROUPS = ACCESS + "groups/";
    private static final String ROLES = ACCESS + "roles/";
    private static final String ROBOTS = ACCESS + "robots/";
    private static final String OWNER = "container.containernamespace_owner";
    private static final Pattern SECRET = Pattern.compile("ldg_[0-9a-z]+");

    private final PulpClient pulp = new PulpClient();

    private ConsoleClient admin() {
        return ConsoleClient.administrator();
    }

    /** Makes a user; returns the path of their page. */
    private String user(String name) {
        Answer made = admin().submit(USERS, "username", name, "password", PASSWORD);
        assertThat(made.status()).as(text(made)).isEqualTo(303);
        return made.header("Location").replaceFirst("\\?.*", "");
    }

    private ConsoleClient login(String name) {
        return ConsoleClient.user(name, PASSWORD);
    }

    private void namespace(String name) {
        pulp.send("POST", PulpClient.API + "pulp_container/namespaces/", "{\"name\":\"" + name + "\"}");
    }

    private static String text(Answer answer) {
        return new String(answer.body(), UTF_8);
    }

    private static String first(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        assertThat(found.find()).as(text).isTrue();
        return found.group();
    }

    @Test
    void visitors_are_asked_to_log_in() {
        for (String path : List.of(ACCESS, USERS, GROUPS, ROLES, ROBOTS, ACCESS + "audit/", "/ui/status/")) {
            assertThat(ConsoleClient.visitor().get(path).status()).as(path).isEqualTo(401);
        }
    }

    @Test
    void a_stranger_sees_their_account_and_the_roles_and_nothing_of_others() {
        String page = user("acc-stranger");
        namespace("acc-closed");
        admin().submit(ROBOTS, "namespace", "acc-closed", "name", "ci", "role", "");
        admin().submit(GROUPS, "name", "acc closed");
        ConsoleClient stranger = login("acc-stranger");

        String account = stranger.page(ACCESS);
        assertThat(account)
                .contains("<bdi>acc-stranger</bdi>", "You were given no role", "access/roles/")
                .doesNotContain("access/users/", "access/audit/", "access/groups/\"");
        assertThat(stranger.page(ROLES)).contains(OWNER).doesNotContain("Make a role");
        for (String path : List.of(USERS, page, ACCESS + "audit/", page + "delete")) {
            assertThat(stranger.get(path).status()).as(path).isEqualTo(403);
        }
        assertThat(stranger.page(GROUPS)).doesNotContain("acc closed", "Make a group");
        assertThat(stranger.get(ROBOTS + "?namespace=acc-closed").status()).isEqualTo(404);
        assertThat(stranger.page(ROBOTS)).doesNotContain("acc-closed");
        assertThat(stranger.submit(USERS, "username", "acc-more").status()).isEqualTo(403);
        assertThat(stranger.submit(page + "active").status()).isEqualTo(403);
        assertThat(stranger.submit(page + "roles", "role", OWNER, "on", "everything", "object", "")
                        .status())
                .isEqualTo(403);
        assertThat(stranger.submit(GROUPS, "name", "acc mine").status()).isEqualTo(403);
        assertThat(stranger.submit(ROLES, "name", "acc.mine").status()).isEqualTo(403);
        assertThat(stranger.submit(ROBOTS, "namespace", "acc-closed", "name", "x", "role", "")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void a_change_without_the_forms_token_is_refused() {
        String page = user("acc-token");
        ConsoleClient admin = admin();
        for (String path : List.of(USERS, GROUPS, ROLES, ROBOTS, page, page + "delete", ACCESS + "password")) {
            assertThat(admin.post(path, "username", "x", "name", "x").status())
                    .as(path)
                    .isEqualTo(403);
        }
        assertThat(admin.page(page)).contains("acc-token");
    }

    @Test
    void a_user_is_made_changed_deactivated_and_deleted() {
        String page = user("acc-ann");
        ConsoleClient admin = admin();
        assertThat(admin.page(USERS + "?prefix=ACC-AN"))
                .contains("acc-ann", "<a href=\"/ui/access/users/\" aria-current=\"page\">");
        assertThat(admin.page(USERS + "?prefix=acc-nobody")).contains("No user has a name");

        Answer saved = admin.submit(
                page,
                "username",
                "acc-ann",
                "first_name",
                "Añña \u202ex",
                "last_name",
                "<b>",
                "email",
                "ann@example.org");
        assertThat(saved.header("Location")).isEqualTo(page + "?done=saved");
        assertThat(admin.page(page + "?done=saved"))
                .contains("Saved.", "value=\"ann@example.org\"", "&lt;b&gt;")
                .doesNotContain("<b>");
        Answer refused = admin.submit(
                page, "username", "no names", "first_name", "A", "last_name", "B", "email", "a@example.org");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(text(refused)).contains("id=\"username-wrong\"", "value=\"no names\"", "aria-invalid=\"true\"");

        assertThat(login("acc-ann").page(ACCESS)).contains("acc-ann");
        assertThat(admin.submit(page + "active").header("Location")).endsWith("?done=deactivated");
        assertThat(ConsoleClient.visitor()
                        .post("/ui/login", "name", "acc-ann", "password", PASSWORD)
                        .status())
                .isEqualTo(401);
        assertThat(admin.submit(page + "active", "is_active", "true").header("Location"))
                .endsWith("?done=activated");
        Answer differing = admin.submit(page + "password", "new_password", "another staple", "again", "another");
        assertThat(differing.status()).isEqualTo(400);
        assertThat(text(differing)).contains("not the same").doesNotContain("another staple");
        assertThat(admin.submit(page + "password", "new_password", "another staple", "again", "another staple")
                        .header("Location"))
                .endsWith("?done=password");
        assertThat(ConsoleClient.user("acc-ann", "another staple").page(ACCESS)).contains("acc-ann");

        assertThat(admin.page(page + "delete"))
                .contains("Delete the user acc-ann?", "pulp user destroy --username acc-ann");
        assertThat(admin.submit(page + "delete").header("Location")).isEqualTo(USERS + "?done=deleted");
        assertThat(admin.get(page).status()).isEqualTo(404);
    }

    @Test
    void a_user_changes_their_own_password_and_logs_in_again() {
        user("acc-own");
        ConsoleClient own = login("acc-own");
        Answer wrong = own.submit(
                ACCESS + "password", "old_password", "no", "new_password", "new battery", "again", "new battery");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(text(wrong)).contains("id=\"old_password-wrong\"").doesNotContain("new battery");
        Answer changed = own.submit(
                ACCESS + "password", "old_password", PASSWORD, "new_password", "new battery", "again", "new battery");
        assertThat(changed.header("Location")).startsWith("/ui/login?to=");
        assertThat(own.get(ACCESS).status()).isEqualTo(401);
        assertThat(ConsoleClient.user("acc-own", "new battery").page(ACCESS + "?done=password"))
                .contains("The password was changed.");
        assertThat(admin().submit(ACCESS + "password", "old_password", "a").status())
                .isEqualTo(403);
        assertThat(admin().page(ACCESS)).contains("secrets/admin-password").doesNotContain("old_password");
    }

    @Test
    void roles_are_given_on_what_is_named_and_taken() {
        String page = user("acc-roles");
        pulp.createServed("acc-roles-app/one");
        ConsoleClient admin = admin();
        String role = "container.containerrepository_viewer";
        Answer missing = admin.submit(page + "roles", "role", role, "on", "repository", "object", "acc-none");
        assertThat(missing.status()).isEqualTo(400);
        assertThat(text(missing)).contains("There is no repository &#39;acc-none&#39;");
        assertThat(admin.submit(page + "roles", "role", role, "on", "group", "object", "")
                        .status())
                .isEqualTo(400);
        assertThat(admin.submit(page + "roles", "role", role, "on", "repository", "object", "acc-roles-app/one")
                        .header("Location"))
                .endsWith("?done=given");

        assertThat(admin.page(page)).contains(">acc-roles-app/one</bdi></a>", "href=\"/ui/repositories/");
        String own = login("acc-roles").page(ACCESS);
        assertThat(own).contains(role, "acc-roles-app/one").doesNotContain("/take\"");
        String take = first(Pattern.compile("/roles/[0-9a-f-]+/take"), admin.page(page));
        assertThat(admin.submit(page + take.substring(1)).header("Location")).endsWith("?done=taken");
        assertThat(admin.submit(page + take.substring(1)).status()).isEqualTo(404);
        assertThat(admin.page(page)).contains("given no role");
    }

    @Test
    void a_group_has_members_and_roles_and_its_owner_says_who_is_in_it() {
        user("acc-member");
        String maker = user("acc-maker");
        ConsoleClient admin = admin();
        admin.submit(maker + "roles", "role", "core.group_creator", "on", "everything", "object", "");
        ConsoleClient owner = login("acc-maker");
        Answer made = owner.submit(GROUPS, "name", "فريق acc");
        assertThat(made.status()).as(text(made)).isEqualTo(303);
        String group = made.header("Location").replaceFirst("\\?.*", "");

        assertThat(owner.submit(group + "users", "username", "acc-nobody").status())
                .isEqualTo(400);
        assertThat(owner.submit(group + "users", "username", "acc-member").header("Location"))
                .endsWith("?done=added");
        assertThat(owner.page(group))
                .contains("<bdi>acc-member</bdi>", "<bdi>فريق acc</bdi>")
                .doesNotContain("Give a role", "access/users/");
        assertThat(owner.submit(group + "roles", "role", OWNER, "on", "everything", "object", "")
                        .status())
                .isEqualTo(403);
        assertThat(admin.page(group)).contains("Give a role");
        assertThat(admin.submit(group + "roles", "role", "core.content_labeler", "on", "everything", "object", "")
                        .status())
                .isEqualTo(303);

        ConsoleClient member = login("acc-member");
        assertThat(member.get(group).status()).isEqualTo(404);
        String id = group.replaceFirst(".*/(\\d+)/$", "$1");
        assertThat(member.page(ACCESS)).contains("?group=" + id);
        assertThat(member.page(ACCESS + "?group=" + id)).contains("core.content_labeler");

        assertThat(owner.submit(group, "name", "acc renamed").header("Location"))
                .endsWith("?done=saved");
        assertThat(admin.page(GROUPS + "?prefix=acc+re")).contains("acc renamed");
        String remove = first(Pattern.compile("/users/\\d+/remove"), owner.page(group));
        assertThat(owner.submit(group + remove.substring(1)).header("Location")).endsWith("?done=removed");
        assertThat(owner.submit(group + "delete").header("Location")).isEqualTo(GROUPS + "?done=deleted");
        // Their own role on it was taken, too, which ends a login.
        assertThat(login("acc-maker").get(group).status()).isEqualTo(404);
    }

    @Test
    void roles_are_shown_and_those_of_ones_own_are_made_changed_and_deleted() {
        ConsoleClient admin = admin();
        assertThat(admin.page(ROLES + "?words=PULL_NEW"))
                .contains("containerpullthroughdistribution_owner")
                .doesNotContain("group_creator");
        Answer made = admin.submit(
                ROLES,
                "name",
                "acc.puller",
                "description",
                "<i>pulls</i>",
                "permissions",
                "container.pull_containerdistribution");
        assertThat(made.status()).as(text(made)).isEqualTo(303);
        String page = made.header("Location").replaceFirst("\\?.*", "");
        assertThat(admin.page(page)).contains("&lt;i&gt;pulls", "container.pull_containerdistribution");
        assertThat(admin.submit(page, "description", "pulls", "permissions", "container.nonsense")
                        .status())
                .isEqualTo(400);
        assertThat(admin.submit(page, "description", "pulls", "permissions", "container.view_containerdistribution")
                        .status())
                .isEqualTo(303);
        assertThat(admin.page(page)).contains("<li><code>container.view_containerdistribution</code></li>");

        String user = user("acc-holder");
        admin.submit(user + "roles", "role", "acc.puller", "on", "everything", "object", "");
        Answer held = admin.submit(page + "delete");
        assertThat(held.status()).isEqualTo(400);
        assertThat(text(held)).contains("is given to somebody");
        admin.submit(user + "delete");
        assertThat(admin.submit(page + "delete").header("Location")).isEqualTo(ROLES + "?done=deleted");
    }

    @Test
    void who_manages_a_namespace_makes_robots_in_it_and_sees_a_secret_once() {
        String user = user("acc-manager");
        namespace("acc-team");
        namespace("acc-other");
        admin().submit(user + "roles", "role", OWNER, "on", "namespace", "object", "acc-team");
        ConsoleClient manager = login("acc-manager");

        assertThat(manager.page(ACCESS)).contains("access/robots/");
        assertThat(manager.page(ROBOTS))
                .contains("<option selected>acc-team</option>")
                .doesNotContain("acc-other");
        Answer made = manager.submit(
                ROBOTS,
                "namespace",
                "acc-team",
                "name",
                "ci",
                "description",
                "\"><script>",
                "role",
                "container.containernamespace_consumer",
                "expires_in_days",
                "10");
        assertThat(made.status()).as(text(made)).isEqualTo(200);
        String secret = first(SECRET, text(made));
        assertThat(text(made))
                .contains("docker login -u acc-team+ci --password-stdin", "shown this once")
                .contains("lading robot create acc-team+ci");
        assertThat(made.header("Cache-Control")).isEqualTo("no-store");
        assertThat(RegistryClient.basic("acc-team+ci", secret).get("/v2/").status())
                .isEqualTo(200);

        String list = manager.page(ROBOTS + "?namespace=acc-team");
        assertThat(list).contains("expires within 14 days").doesNotContain(secret, "<script>\"", "\"><script>");
        String page = first(Pattern.compile(ROBOTS + "\\d+/"), list);
        assertThat(manager.page(page))
                .contains("container.containernamespace_consumer")
                .doesNotContain(secret);
        Answer again = manager.submit(page + "rotate", "expires_in_days", "90", "overlap_hours", "0");
        String second = first(SECRET, text(again));
        assertThat(second).isNotEqualTo(secret);
        assertThat(RegistryClient.basic("acc-team+ci", secret).get("/v2/").status())
                .isEqualTo(401);
        assertThat(manager.submit(page + "rotate", "expires_in_days", "9999", "overlap_hours", "0")
                        .status())
                .isEqualTo(400);
        assertThat(manager.submit(page, "description", "builds").header("Location"))
                .endsWith("?done=saved");
        String end = first(Pattern.compile("/secrets/[0-9a-f-]+/end"), manager.page(page));
        assertThat(manager.submit(page + end.substring(1)).header("Location")).endsWith("?done=ended");

        assertThat(manager.submit(ROBOTS, "namespace", "acc-other", "name", "ci", "role", "")
                        .status())
                .isEqualTo(403);
        user("acc-outside");
        ConsoleClient outside = login("acc-outside");
        assertThat(outside.get(page).status()).isEqualTo(404);
        assertThat(outside.submit(page + "rotate").status()).isEqualTo(404);
        assertThat(outside.submit(page + "delete").status()).isEqualTo(404);
        assertThat(manager.submit(page + "delete").header("Location"))
                .isEqualTo(ROBOTS + "?namespace=acc-team&done=deleted");
        assertThat(manager.get(page).status()).isEqualTo(404);
    }

    @Test
    void the_audit_names_who_changed_what_in_an_hour() {
        String page = user("acc-audited");
        login("acc-audited");
        ConsoleClient admin = admin();
        String id = page.replaceFirst(".*/(\\d+)/$", "$1");
        String now =
                admin.page(ACCESS + "audit/?who=admin&action=" + URLEncoder.encode("POST /ui/access/users", UTF_8));
        assertThat(now).contains("created user/" + id, "by session", "Hour before");
        assertThat(admin.page(ACCESS + "audit/?who=acc-nobody")).contains("No such change in this hour");
        String hour = Instant.now().minusSeconds(7_200).toString().substring(0, 13);
        assertThat(admin.page(ACCESS + "audit/?hour=" + hour))
                .contains("Hour after", hour.replace('T', ' ') + ":00 UTC");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "9999-99-99T99", "2026-11-28T13:00:00.000000<script>", "+1"})
    void an_hour_that_is_none_is_the_one_of_now(String hour) {
        assertThat(admin().page(ACCESS + "audit/?hour=" + URLEncoder.encode(hour, UTF_8)))
                .contains("Audit")
                .doesNotContain("<script>\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uffff", "~~~", "<script>alert(1)</script>", "\u0000", "\u202ex", "=x"})
    void odd_cursors_prefixes_and_codes_show_a_page(String odd) {
        String text = URLEncoder.encode(odd, UTF_8);
        ConsoleClient admin = admin();
        for (String list : List.of(USERS, GROUPS)) {
            assertThat(admin.page(list + "?prefix=" + text + "&after=" + text + "&done=" + text))
                    .doesNotContain("<script>alert");
        }
        assertThat(admin.page(ROLES + "?words=" + text + "&after=" + text)).doesNotContain("<script>alert");
        assertThat(admin.page(ACCESS + "audit/?who=" + text + "&action=" + text + "&after=" + text))
                .doesNotContain("<script>alert");
        assertThat(admin.get(ROBOTS + "?namespace=" + text + "&after=" + text).status())
                .isIn(200, 404);
    }

    @Test
    void long_lists_are_cut_into_pages() {
        for (int i = 0; i < 55; i++) {
            pulp.send("POST", PulpClient.API + "users/", "{\"username\":\"acc-many-%02d\"}".formatted(i));
        }
        ConsoleClient admin = admin();
        String one = admin.page(USERS + "?prefix=acc-many-");
        assertThat(one).contains("acc-many-00", "acc-many-49").doesNotContain("acc-many-50");
        String next = first(Pattern.compile("/ui/access/users/\\?prefix=acc-many-&amp;after=[^\"]+"), one);
        assertThat(admin.page(next.replace("&amp;", "&")))
                .contains("acc-many-50", "acc-many-54", "First page")
                .doesNotContain("acc-many-49<");
    }
}
