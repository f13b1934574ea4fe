package dev.lading.server;

import static dev.lading.server.PulpClient.DISTRIBUTIONS;
import static dev.lading.server.PulpClient.REPOSITORIES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.oci.Digest;
import dev.lading.server.RegistryClient.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The console's pages of a repository: tags, timeline, versions, differences, promotions and roll backs. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class ConsoleVersionsTest {
    private static final String PASSWORD = "battery staple";
    private static final String ODD = "<script>alert(1)</script>\\u202e\\u05d0";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final PulpClient pulp = new PulpClient();
    private final RegistryClient registry = RegistryClient.administrator();

    private String path(String name) {
        String href = pulp.list(REPOSITORIES + "?name=" + name, "pulp_href").getFirst();
        return href.replace(REPOSITORIES, "/ui/repositories/");
    }

    private static String text(Answer answer) {
        return new String(answer.body(), UTF_8);
    }

    private ConsoleClient user(String name) {
        pulp.send(
                "POST",
                PulpClient.API + "users/",
                "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(name, PASSWORD));
        return ConsoleClient.user(name, PASSWORD);
    }

    @Test
    void a_visitor_sees_the_tags_that_a_public_name_serves_and_no_versions() {
        String manifest = registry.pushImage("seen/app", "v1", "one");
        registry.pushImage("seen/app", "v2", "two");
        registry.pushIndex("seen/app", "both", manifest);
        ConsoleClient visitor = ConsoleClient.visitor();
        String page = visitor.page(path("seen/app"));

        assertThat(page)
                .contains(
                        "seen/app",
                        ">v1<",
                        ">v2<",
                        ">both<",
                        "images/" + Digest.of(Digest.SHA256, manifest.getBytes(UTF_8)) + "?tag=v1",
                        "docker pull ")
                .doesNotContain("Timeline", "docker push");
        assertThat(visitor.page(path("seen/app") + "?prefix=v2"))
                .contains(">v2<")
                .doesNotContain(">v1<");
        assertThat(visitor.page(path("seen/app") + "?prefix=v&whole=yes")).contains("No tag");
        assertThat(visitor.page(path("seen/app") + "?prefix=v1&whole=yes")).contains(">v1<");
        assertThat(visitor.page(path("seen/app") + "?prefix=%3Cb%3E")).doesNotContain("<b>");
        for (String closed :
                List.of("versions/", "versions/1/", "versions/1/tags/", "diff?from=0&to=1", "promote-to")) {
            assertThat(visitor.get(path("seen/app") + closed).status())
                    .as(closed)
                    .isEqualTo(401);
        }
        pulp.task(
                "PATCH",
                pulp.list(DISTRIBUTIONS + "?name=seen/app", "pulp_href").getFirst(),
                "{\"private\":true}");
        assertThat(visitor.get(path("seen/app")).status()).isEqualTo(404);
        assertThat(user("v-seen").get(path("seen/app")).status()).isEqualTo(404);
        assertThat(visitor.get("/ui/repositories/x/").status()).isEqualTo(404);
    }

    @Test
    void tags_are_in_the_order_that_a_heading_leads_to() {
        for (String tag : List.of("b", "c", "a")) {
            registry.pushImage("ordered/app", tag, tag);
        }
        registry.pushImage("ordered/app", "b", "moved");
        String path = path("ordered/app");
        ConsoleClient visitor = ConsoleClient.visitor();

        assertThat(visitor.page(path))
                .containsSubsequence(">a</bdi>", ">b</bdi>", ">c</bdi>")
                .contains("aria-sort=\"ascending\"><a href=\"" + path + "?order=-name\">Tag</a>")
                .contains("<th scope=\"col\"><a href=\"" + path + "?order=-set\">Set</a></th>");
        assertThat(visitor.page(path + "?order=-name"))
                .containsSubsequence(">c</bdi>", ">b</bdi>", ">a</bdi>")
                .contains("aria-sort=\"descending\"><a href=\"" + path + "\">Tag</a>");
        assertThat(visitor.page(path + "?order=-set&prefix=a&after=9/x"))
                .contains(
                        ">a</bdi>", "aria-sort=\"descending\"><a href=\"" + path + "?prefix=a&amp;order=-set\">Set</a>")
                .contains("name=\"order\" value=\"-set\"", "First page")
                .doesNotContain(">b</bdi>");
        assertThat(visitor.page(path + "?prefix=a&whole=yes"))
                .contains("<a href=\"" + path + "?prefix=a&amp;whole=yes&amp;order=-set\">Set</a>");
        assertThat(visitor.page(path + "?order=-set"))
                .containsSubsequence(">b</bdi>", ">a</bdi>", ">c</bdi>")
                .doesNotContain("This order goes back");
        for (String odd : List.of("name%00", "-", "--name", "set", "%3Cb%3E", "-set%20", "x".repeat(2_000))) {
            assertThat(visitor.page(path + "?order=" + odd))
                    .contains("aria-sort=\"ascending\"")
                    .doesNotContain("<b>");
        }
        for (String order : List.of("", "-name", "-set")) {
            for (String after :
                    List.of("~", "%00", "%ED%A0%80", "1/", "9999999999999/a", "%3Cb%3E", "x".repeat(2_000))) {
                assertThat(visitor.page(path + "?order=" + order + "&after=" + after))
                        .contains(">a</bdi>", ">b</bdi>", ">c</bdi>")
                        .doesNotContain("<b>");
            }
        }
    }

    @Test
    void an_order_that_cannot_tell_all_leads_to_the_one_that_does() {
        String href = pulp.createServed("kept/app").path("pulp_href").asText();
        registry.pushImage("kept/app", "old", "1");
        registry.pushImage("kept/app", "new", "2");
        pulp.change(href, "{\"retain_repo_versions\":1}");
        registry.pushImage("kept/app", "newest", "3");
        String path = path("kept/app");

        assertThat(ConsoleClient.visitor().page(path + "?order=-set"))
                .contains(">newest</bdi>", "goes back to version 3", "<a href=\"" + path + "\">the list by name</a>")
                .doesNotContain(">old</bdi>");
        assertThat(ConsoleClient.visitor().page(path + "?order=-set&prefix=old"))
                .contains("<a href=\"" + path + "?prefix=old\">the list by name</a>")
                .doesNotContain("No tag");
        assertThat(ConsoleClient.visitor().page(path + "?prefix=old")).contains(">old</bdi>");
    }

    @Test
    void what_strangers_wrote_is_shown_as_text() {
        String href = pulp.createServed("odd/app").path("pulp_href").asText();
        pulp.change(
                href,
                "{\"description\":\"%s\",\"pulp_labels\":{\"label\":\"%s\"}}"
                        .formatted(ODD, ODD.replaceAll("[()]", "")));
        registry.pushImage("odd/app", "sha256-" + "0".repeat(64) + ".sig", "x");
        String page = ConsoleClient.administrator().page(path("odd/app"));

        assertThat(page)
                .contains("&lt;script&gt;")
                .doesNotContain("<script>alert")
                .contains("attached to an image");
    }

    @Test
    void the_timeline_tells_who_made_what() {
        registry.pushImage("time/app", "v1", "one");
        registry.pushImage("time/app", "v1", "two");
        String href = pulp.list(REPOSITORIES + "?name=time/app", "pulp_href").getFirst();
        pulp.task("POST", href + "restore/", "{\"version\":1,\"note\":\"<i>back</i>\"}");
        String timeline = ConsoleClient.administrator().page(path("time/app") + "versions/");

        assertThat(timeline)
                .contains(
                        "Pushed by <bdi>the administrator</bdi>",
                        "Rolled back to version 1 by <bdi>the administrator</bdi> (<a href=\"/ui/tasks/",
                        "&lt;i&gt;back&lt;/i&gt;",
                        "→ 1 tag moved",
                        "+ 1 tag added",
                        "Made, without content")
                .containsSubsequence("Version 3", "newest", "Version 2", "Version 1", "Version 0");
        assertThat(ConsoleClient.administrator().page(path("time/app") + "versions/?from=1"))
                .doesNotContain("Version 3");
        assertThat(user("v-time").get(path("time/app") + "versions/").status()).isEqualTo(403);
    }

    @Test
    void a_version_is_shown_noted_once_and_deleted() {
        registry.pushImage("version/app", "v1", "one");
        registry.pushImage("version/app", "v2", "two");
        String version = path("version/app") + "versions/1/";
        ConsoleClient admin = ConsoleClient.administrator();

        assertThat(admin.page(version))
                .contains("+ added", ">v1<", "Roll back to this version")
                .doesNotContain(">v2<");
        assertThat(admin.page(version + "tags/")).contains(">v1<").doesNotContain(">v2<");
        assertThat(admin.get(path("version/app") + "versions/9/").status()).isEqualTo(404);
        assertThat(admin.post(version + "note", "note", "no token").status()).isEqualTo(403);
        assertThat(text(admin.submit(version + "note", "note", " "))).contains("A note has 1 to 255");
        Answer noted = admin.submit(version + "note", "note", "a \"good\" one");
        assertThat(noted.status()).isEqualTo(303);
        assertThat(admin.page(noted.header("Location"))).contains("The note is kept", "a &quot;good&quot; one");
        Answer again = admin.submit(version + "note", "note", "another");
        assertThat(again.status()).isEqualTo(400);
        assertThat(text(again)).contains("which stays as it is", "<bdi>another</bdi>");

        assertThat(user("v-version").submit(version + "delete").status()).isEqualTo(403);
        assertThat(changed(admin, admin.submit(version + "delete"))).contains("It is done");
        assertThat(admin.get(version).status()).isEqualTo(404);
    }

    /** The page of a change that has ended. */
    private static String changed(ConsoleClient client, Answer answer) {
        assertThat(answer.status()).as(text(answer)).isEqualTo(303);
        Instant end = Instant.now().plus(PATIENCE);
        String page = client.page(answer.header("Location"));
        while (page.contains("is being made") && Instant.now().isBefore(end)) {
            page = client.page(answer.header("Location"));
        }
        return page;
    }

    @Test
    void versions_are_compared_and_so_are_the_images_of_a_tag_that_moved() {
        byte[] base = "base".getBytes(UTF_8);
        String before = push("diff/app", "v1", "{\"config\":{\"Env\":[\"A=1\"],\"User\":\"root\"}}", base, "old");
        String after = push("diff/app", "v1", "{\"config\":{\"Env\":[\"A=<2>\"],\"User\":\"root\"}}", base, "newer");
        registry.pushImage("diff/app", "v2", "two");
        ConsoleClient admin = ConsoleClient.administrator();
        String page = admin.page(path("diff/app") + "diff?from=1&to=3");

        assertThat(page).contains("→ moved", "+ added", "one=" + before + "&amp;two=" + after);
        assertThat(admin.page(path("diff/app") + "diff?from=3&to=0"))
                .contains("− removed")
                .doesNotContain("+ added");
        assertThat(admin.get(path("diff/app") + "diff?from=7&to=1").status()).isEqualTo(400);
        assertThat(admin.get(path("diff/app") + "diff?from=x&to=1").status()).isEqualTo(400);
        assertThat(admin.page(path("diff/app") + "diff")).contains("Say which two versions");

        String images = admin.page(path("diff/app") + "diff/image?from=1&to=3&one=" + before + "&two=" + after);
        assertThat(images)
                .contains(
                        "1 layer shared",
                        "environment A",
                        "&lt;2&gt;",
                        RegistryClient.digest("old").toString(),
                        RegistryClient.digest("newer").toString())
                .doesNotContain("<2>", ">User<");
        // The second is not in the version that is said to hold it.
        assertThat(admin.get(path("diff/app") + "diff/image?from=1&to=1&one=" + before + "&two=" + after)
                        .status())
                .isEqualTo(404);
        assertThat(user("v-diff").get(path("diff/app") + "diff?from=0&to=1").status())
                .isEqualTo(403);
    }

    private String push(String name, String tag, String config, byte[] base, String layer) {
        List<byte[]> layers = List.of(base, layer.getBytes(UTF_8));
        registry.pushBlob(name, config.getBytes(UTF_8));
        layers.forEach(each -> registry.pushBlob(name, each));
        String manifest = RegistryClient.manifest(config.getBytes(UTF_8), layers, Optional.empty());
        registry.pushManifest(name, tag, manifest);
        return RegistryClient.digest(manifest).toString();
    }

    @Test
    void a_promotion_is_shown_made_and_undone() {
        registry.pushImage("promote/next", "v1", "one");
        registry.pushImage("promote/next", "v2", "two");
        registry.pushImage("promote/live", "old", "three");
        ConsoleClient admin = ConsoleClient.administrator();
        String live = path("promote/live");
        String source = path("promote/next").replaceFirst("/ui/repositories/(.*)/", "$1");

        assertThat(admin.page(path("promote/next") + "promote-to?version=2&prefix=promote"))
                .contains("promote/live", live + "promote?source=" + source + "&amp;version=2");
        assertThat(admin.page(live + "promote?source=" + source + "&version=2"))
                .contains(
                        "+ added", "− removed", ">v1<", ">v2<", ">old<", "lading promote promote/next@2 promote/live");

        String[] form = {"source", source, "version", "2", "shown", "1", "note", "release"};
        assertThat(admin.post(live + "promote", form).status()).isEqualTo(403);
        assertThat(user("v-promote").submit(live + "promote", form).status()).isEqualTo(403);
        String done = changed(admin, admin.submit(live + "promote", form));
        assertThat(done).contains("Version 2 is there", "Undo: back to version 1", live + "restore?version=1");
        assertThat(admin.page(live + "versions/")).contains("Promoted by <bdi>the administrator</bdi>", "release");

        // What was shown is no longer what would happen.
        Answer stale = admin.submit(live + "promote", form);
        assertThat(stale.status()).isEqualTo(400);
        assertThat(text(stale)).contains("newest version is another by now", "No tag changes");

        Answer gone = admin.submit(live + "restore", "version", "77", "shown", "2");
        assertThat(gone.status()).isEqualTo(400);
        assertThat(text(gone)).contains("has no version 77").doesNotContain("cannot be read");

        assertThat(admin.page(live + "restore?version=1")).contains("Roll back to", ">old<");
        assertThat(changed(admin, admin.submit(live + "restore", "version", "1", "shown", "2")))
                .contains("Version 3 is there");
        assertThat(admin.page(live)).contains(">old<").doesNotContain(">v1<");
        assertThat(admin.get(live + "restore?version=77").status()).isEqualTo(404);
        assertThat(admin.get(live + "changes/00000000-0000-7000-8000-000000000000/")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void of_several_who_were_shown_changes_from_one_version_one_makes_theirs() throws Exception {
        for (String tag : List.of("one", "two", "three", "four", "five")) {
            registry.pushImage("restored/at-once", tag, tag);
        }
        String one = path("restored/at-once");
        ConsoleClient admin = ConsoleClient.administrator();

        List<String> ended = new ArrayList<>();
        try (ExecutorService people = Executors.newFixedThreadPool(4)) {
            for (Future<String> each : people.invokeAll(IntStream.rangeClosed(1, 4)
                    .<Callable<String>>mapToObj(version -> () -> restored(admin, one, version))
                    .toList())) {
                ended.add(each.get());
            }
        }

        assertThat(ended)
                .filteredOn(page -> page.contains("Version 6 is there"))
                .hasSize(1);
        assertThat(ended)
                .filteredOn(page -> !page.contains("Version 6 is there"))
                .allMatch(page -> page.contains("newest version is another by now")
                        || page.contains("The repository has version 6 by now"));
        assertThat(admin.page(one + "versions/")).doesNotContain("Version 7");
    }

    /** What is said to somebody who was shown what changes from version 5. */
    private static String restored(ConsoleClient client, String repository, int version) {
        Answer answer = client.submit(repository + "restore", "version", Integer.toString(version), "shown", "5");
        return answer.status() == 303 ? changed(client, answer) : text(answer);
    }
}
