package dev.lading.server;

import static dev.lading.server.PulpClient.DISTRIBUTIONS;
import static dev.lading.server.PulpClient.REPOSITORIES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URLEncoder;
import org.junit.jupiter.api.Test;

/** The first page and the search: what they find, and for whom. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class ConsoleHomeTest {
    private static final String NOTHING = "Nothing that you may see";

    private final RegistryClient admin = RegistryClient.administrator();
    private final PulpClient pulp = new PulpClient();
    private final ConsoleClient visitor = ConsoleClient.visitor();
    private final ConsoleClient owner = ConsoleClient.administrator();

    private static String search(ConsoleClient who, String query) {
        return who.page("/ui/search?q=" + URLEncoder.encode(query, UTF_8));
    }

    private ConsoleClient user(String name) {
        pulp.send(
                "POST",
                "/pulp/api/v3/users/",
                "{\"username\":\"%s\",\"password\":\"user-user-user-1\"}".formatted(name));
        return ConsoleClient.user(name, "user-user-user-1");
    }

    private void makePrivate(String name) {
        pulp.task(
                "PATCH", pulp.list(DISTRIBUTIONS + "?name=" + name, "pulp_href").getFirst(), "{\"private\":true}");
    }

    @Test
    void a_name_is_found_by_its_begin_a_tag_and_a_digest_as_a_whole() {
        String image = admin.pushImage("find-me/app", "v1", "find me");
        var digest = RegistryClient.digest(image);
        for (ConsoleClient who : new ConsoleClient[] {visitor, owner, user("find-user")}) {
            assertThat(search(who, "find-me")).contains("<bdi>find-me/app</bdi></a> <span class=\"badge\">Repository");
            assertThat(search(who, "find-me/app")).contains("<bdi>find-me/app</bdi></a>");
            assertThat(search(who, "ind-me")).contains(NOTHING);
            assertThat(search(who, " find-me/app:v1 ")).contains("/images/" + digest + "?tag=v1");
            assertThat(search(who, "127.0.0.1:" + RegistryClient.port() + "/find-me/app:v1"))
                    .contains("/images/" + digest + "?tag=v1");
            assertThat(search(who, "find-me/app:v")).contains(NOTHING);
            assertThat(search(who, digest.toString())).contains("<bdi>find-me/app</bdi>@" + digest);
            assertThat(search(who, digest.hex())).contains("<bdi>find-me/app</bdi>@" + digest);
            assertThat(search(who, "find-me/app@" + digest)).contains("/images/" + digest);
            assertThat(search(who, "find-me/app:v1@" + digest)).contains("/images/" + digest);
            assertThat(search(who, RegistryClient.digest("find me").toString()))
                    .contains("Image that has it", "/images/" + digest);
        }
    }

    @Test
    void nobody_finds_what_they_may_not_see() {
        String image = admin.pushImage("hidden-app", "v1", "hidden");
        var digest = RegistryClient.digest(image);
        makePrivate("hidden-app");
        for (ConsoleClient who : new ConsoleClient[] {visitor, user("hidden-user")}) {
            for (String query : new String[] {
                "hidden",
                "hidden-app",
                "hidden-app:v1",
                digest.toString(),
                "hidden-app@" + digest,
                RegistryClient.digest("hidden").toString()
            }) {
                assertThat(search(who, query)).contains(NOTHING).doesNotContain("href=\"/ui/repositories/0");
            }
            assertThat(who.page("/ui/")).doesNotContain("hidden-app");
        }
        assertThat(search(owner, "hidden")).contains("<bdi>hidden-app</bdi>");
        assertThat(owner.page("/ui/")).contains("<bdi>hidden-app</bdi>");
    }

    @Test
    void a_digest_that_many_hidden_repositories_hold_is_as_one_that_none_holds() {
        String image = "";
        for (int i = 0; i < 12; i++) {
            image = admin.pushImage("many-hidden/app" + i, "v1", "many hidden");
            makePrivate("many-hidden/app" + i);
        }
        for (ConsoleClient who : new ConsoleClient[] {visitor, user("many-hidden-user")}) {
            for (String held : new String[] {image, "many hidden"}) {
                String digest = RegistryClient.digest(held).hex();
                String none = RegistryClient.digest("none holds " + held).hex();
                assertThat(search(who, digest).replace(digest, none)).isEqualTo(search(who, none));
            }
        }
        assertThat(search(owner, RegistryClient.digest(image).toString())).contains("There is more");
    }

    @Test
    void odd_texts_find_nothing_and_break_nothing() {
        for (String query : new String[] {
            "",
            ":",
            "@",
            ":v1",
            "a:",
            "@v",
            "a@",
            "~",
            "\u0000",
            "%",
            "../..",
            "<script>alert(1)</script>",
            "\u202e\u05d0",
            "sha256:",
            "sha256:zz",
            "x".repeat(600),
            "x".repeat(300) + ":v1",
            "日本".repeat(127)
        }) {
            for (ConsoleClient who : new ConsoleClient[] {visitor, owner}) {
                assertThat(search(who, query)).doesNotContain("<script>alert", "<span class=\"badge\">");
            }
        }
    }

    @Test
    void a_visitor_is_shown_what_is_public_and_where_to_log_in() {
        admin.pushImage("0-public", "v1", "public");

        assertThat(visitor.page("/ui/"))
                .contains("Public repositories", "<bdi>0-public</bdi>", "/ui/login?to=")
                .doesNotContain("To look at", "Newest versions");
    }

    @Test
    void a_repository_with_many_new_versions_is_one_line() {
        for (String tag : new String[] {"v1", "v2", "v3"}) {
            admin.pushImage("often-pushed", tag, "often " + tag);
        }

        String home = owner.page("/ui/");

        assertThat(home).containsOnlyOnce("<bdi>often-pushed</bdi>");
        assertThat(home).contains("/versions/3/\">3</a>", "and 2 more<span class=\"visually-hidden\"> of often-pushed");
    }

    @Test
    void the_administrator_is_shown_new_versions_with_who_made_them_and_failed_tasks() {
        admin.pushImage("newest-app", "v1", "newest");
        String id = pulp.list(REPOSITORIES + "?name=newest-app", "pulp_href")
                .getFirst()
                .substring(REPOSITORIES.length());
        String remote = pulp.send(
                        "POST",
                        PulpClient.API + "remotes/container/container/",
                        "{\"name\":\"home-gone\",\"url\":\"http://127.0.0.1:1\",\"upstream_name\":\"gone\"}")
                .json()
                .path("pulp_href")
                .asText();
        TaskEnd.await(admin, pulp.send("POST", REPOSITORIES + id + "sync/", "{\"remote\":\"" + remote + "\"}"));

        assertThat(owner.page("/ui/"))
                .contains("/ui/repositories/" + id + "versions/1/", "<bdi>newest-app</bdi>", "<bdi>admin</bdi>")
                .contains("Tasks that failed within a day", "Sync from a remote");
        assertThat(user("newest-user").page("/ui/"))
                .contains("No task failed within a day")
                .doesNotContain("newest-app", "Sync from a remote");
    }
}
