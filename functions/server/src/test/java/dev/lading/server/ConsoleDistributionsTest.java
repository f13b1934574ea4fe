package dev.lading.server;

import static dev.lading.server.PulpClient.DISTRIBUTIONS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** Pages of distributions. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class ConsoleDistributionsTest {
    private static final String LIST = "/ui/distributions/";
    private static final String PASSWORD = "battery staple";

    private final PulpClient pulp = new PulpClient();
    private final ConsoleClient admin = ConsoleClient.administrator();
    private final ConsoleClient visitor = ConsoleClient.visitor();

    private String id(String name) {
        String href = pulp.list(DISTRIBUTIONS + "?name=" + name, "pulp_href").getFirst();
        return href.replaceFirst(".*/([^/]+)/$", "$1");
    }

    private static String text(RegistryClient.Answer answer) {
        return new String(answer.body(), UTF_8);
    }

    /** Follows a form to its task, and waits for that. */
    static String task(RegistryClient.Answer answer) {
        assertThat(answer.status()).as(text(answer)).isEqualTo(303);
        String path = answer.header("Location");
        assertThat(path).startsWith("/ui/tasks/");
        TaskEnd.await(RegistryClient.administrator(), "/pulp/api/v3" + path.substring("/ui".length()));
        return path;
    }

    private void make(String name, boolean restricted) {
        pulp.createServed(name);
        pulp.task(
                "PATCH",
                pulp.list(DISTRIBUTIONS + "?name=" + name, "pulp_href").getFirst(),
                "{\"private\":" + restricted + ",\"description\":\"<b>of</b> " + name + "\"}");
    }

    @Test
    void visitors_see_what_is_public_and_users_what_they_may() {
        make("ui-shown", false);
        make("ui-hidden", true);
        pulp.send("POST", PulpClient.API + "users/", "{\"username\":\"ui-d\",\"password\":\"" + PASSWORD + "\"}");
        ConsoleClient user = ConsoleClient.user("ui-d", PASSWORD);

        assertThat(visitor.page(LIST + "?prefix=ui-")).contains("ui-shown").doesNotContain("ui-hidden");
        assertThat(user.page(LIST + "?prefix=ui-")).contains("ui-shown").doesNotContain("ui-hidden");
        assertThat(admin.page(LIST + "?prefix=ui-")).contains("ui-shown", "ui-hidden");
        assertThat(visitor.page(LIST + id("ui-shown")))
                .contains("docker pull", "&lt;b&gt;of")
                .doesNotContain("<b>");
        assertThat(visitor.get(LIST + id("ui-hidden")).status()).isEqualTo(404);
        assertThat(user.get(LIST + id("ui-hidden")).status()).isEqualTo(404);
        assertThat(user.page(LIST + id("ui-shown"))).doesNotContain("/edit", "/pin", "/delete");
        assertThat(user.get(LIST + id("ui-shown") + "/edit").status()).isEqualTo(403);
        assertThat(user.submit(LIST + id("ui-shown") + "/pin", "repository_version", "0")
                        .status())
                .isEqualTo(403);
        assertThat(visitor.get(LIST + "new").status()).isEqualTo(401);
        assertThat(visitor.page(LIST + "?prefix=%3Cscript%3E&after=%C3%A9")).contains("&lt;script&gt;");
    }

    @Test
    void it_is_made_pinned_unpinned_changed_and_deleted_by_forms() {
        pulp.createRepository("ui-served");
        task(admin.submit(
                LIST + "new", "base_path", "ui/made", "repository", "ui-served", "private", "true", "description", ""));
        String one = LIST + id("ui/made") + "/";
        assertThat(admin.page(one)).contains("ui-served", "the newest version");
        assertThat(visitor.get(one).status()).isEqualTo(404);

        RegistryClient.administrator().pushImage("ui/made", "v1", "made");
        assertThat(admin.submit(one + "pin", "repository_version", "0").header("Location"))
                .isEqualTo(one + "?done=pinned");
        assertThat(admin.page(one + "?done=pinned"))
                .contains("pinned", "/diff?from=0&amp;to=1", "--version", "Pinned. Pulls get this version");
        assertThat(admin.page(one + "?done=%3Cscript%3E1")).doesNotContain("<script>1");
        var missing = admin.submit(one + "pin", "repository_version", "77");
        assertThat(missing.status()).isEqualTo(400);
        assertThat(text(missing)).contains("there is no repository version", "value=\"ui/made\"");
        assertThat(admin.submit(one + "unpin").header("Location")).isEqualTo(one + "?done=unpinned");
        assertThat(admin.page(one)).contains("the newest version");

        assertThat(admin.submit(
                                one + "edit",
                                "base_path",
                                "ui/moved",
                                "name",
                                "ui/made",
                                "repository",
                                "ui-served",
                                "repository_version",
                                "1",
                                "description",
                                "d")
                        .status())
                .isEqualTo(303);
        assertThat(visitor.page(one)).contains("ui/moved", "version 1");

        assertThat(admin.page(one + "delete")).contains("stays in its repository");
        task(admin.submit(one + "delete"));
        assertThat(admin.get(one).status()).isEqualTo(404);
    }

    @Test
    void who_may_not_see_the_repository_of_a_distribution_changes_the_rest_of_it_and_leaves_it_served() {
        for (boolean restricted : new boolean[] {true, false}) {
            String name = "ui-kept-" + restricted;
            make(name, restricted);
            String href =
                    pulp.list(DISTRIBUTIONS + "?name=" + name, "pulp_href").getFirst();
            String served = pulp.get(href).path("repository").asText();
            pulp.send(
                    "POST",
                    PulpClient.API + "roles/",
                    "{\"name\":\"changes-" + name + "\",\"permissions\":"
                            + "[\"container.change_containerdistribution\"]}");
            String user = pulp.send(
                            "POST",
                            PulpClient.API + "users/",
                            "{\"username\":\"of-" + name + "\",\"password\":\"" + PASSWORD + "\"}")
                    .json()
                    .path("pulp_href")
                    .asText();
            pulp.send(
                    "POST", user + "roles/", "{\"role\":\"changes-" + name + "\",\"content_object\":\"" + href + "\"}");
            ConsoleClient changer = ConsoleClient.user("of-" + name, PASSWORD);

            String edit = LIST + id(name) + "/edit";
            assertThat(changer.page(edit))
                    .contains("whose versions you may not see")
                    .doesNotContain("name=\"repository\"", "name=\"repository_version\"");
            var refused = changer.submit(edit, "base_path", "NO", "name", name, "description", "new");
            assertThat(text(refused)).contains("whose versions you may not see");
            assertThat(changer.submit(edit, "base_path", name, "name", name, "description", "new")
                            .status())
                    .isEqualTo(303);
            assertThat(pulp.get(href).path("description").asText()).isEqualTo("new");
            assertThat(pulp.get(href).path("repository").asText()).isEqualTo(served);
        }
    }

    @Test
    void a_refused_form_is_shown_again_with_what_was_typed_and_why() {
        make("ui-taken", false);

        var taken = admin.submit(LIST + "new", "base_path", "ui-taken", "repository", "");
        assertThat(taken.status()).isEqualTo(400);
        assertThat(text(taken)).contains("already", "value=\"ui-taken\"");
        var unknown = admin.submit(LIST + "new", "base_path", "ui-free", "repository", "\"><script>x");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(text(unknown))
                .contains("no repository of this name", "ui-free")
                .doesNotContain("<script>x");
        assertThat(text(admin.submit(LIST + "new", "base_path", "NO", "repository", "")))
                .contains("lower-case", "id=\"base_path-problem\"");
        assertThat(admin.post(LIST + "new", "base_path", "ui-free").status()).isEqualTo(403);
        assertThat(admin.post(LIST + id("ui-taken") + "/delete").status()).isEqualTo(403);
    }
}
