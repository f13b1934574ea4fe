package dev.lading.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.history.RepositorySettings;
import dev.lading.repository.RepositoryService;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Lists in each of their orders, page by page. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class ConsoleOrdersTest {
    private static final Pattern NEXT = Pattern.compile("href=\"([^\"]+)\" rel=\"next\"");
    private static final String PASSWORD = "battery staple";
    private static final int MANY = 230;

    private final PulpClient pulp = new PulpClient();
    private final RegistryClient registry = RegistryClient.administrator();
    private final ConsoleClient admin = ConsoleClient.administrator();
    private final RepositoryService repositories;

    ConsoleOrdersTest(RepositoryService repositories) {
        this.repositories = repositories;
    }

    /** What a pattern's group finds on all pages of a list, of which none has more than fifty. */
    private static List<String> all(ConsoleClient who, String path, String pattern) {
        List<String> all = new ArrayList<>();
        String next = path;
        while (!next.isEmpty()) {
            String page = who.page(next);
            List<String> found = Pattern.compile(pattern)
                    .matcher(page)
                    .results()
                    .map(each -> each.group(1))
                    .toList();
            assertThat(found).hasSizeLessThanOrEqualTo(50);
            all.addAll(found);
            Matcher link = NEXT.matcher(page);
            next = link.find() ? link.group(1).replace("&amp;", "&") : "";
        }
        return all;
    }

    @Test
    void several_hundred_are_each_met_once_from_either_end() {
        List<String> names = IntStream.range(0, MANY)
                .mapToObj("in-order-many-%03d"::formatted)
                .toList();
        names.forEach(name -> repositories.create(RepositorySettings.named(name)));
        String path = "/ui/repositories/?prefix=in-order-many-";

        assertThat(all(admin, path, "<bdi>(in-order-many-\\d+)<")).isEqualTo(names);
        assertThat(all(admin, path + "&order=-name", "<bdi>(in-order-many-\\d+)<"))
                .isEqualTo(names.reversed());
    }

    @Test
    void what_is_made_between_two_pages_hides_nothing() {
        for (int number = 100; number < 160; number++) {
            repositories.create(RepositorySettings.named("in-order-push-" + number));
        }
        String path = "/ui/repositories/?prefix=in-order-push-&order=-name";
        Matcher link = NEXT.matcher(admin.page(path));
        assertThat(link.find()).isTrue();
        repositories.create(RepositorySettings.named("in-order-push-105-new"));
        repositories.create(RepositorySettings.named("in-order-push-159-new"));

        assertThat(all(admin, link.group(1).replace("&amp;", "&"), "<bdi>(in-order-push-[^<]+)<"))
                .hasSize(11)
                .startsWith("in-order-push-109")
                .contains("in-order-push-105-new")
                .endsWith("in-order-push-100");
    }

    @Test
    void public_names_are_in_both_orders_for_all_who_see_them() {
        for (int number = 100; number < 160; number++) {
            registry.pushImage("in-order-open/app" + number, "1", "open");
        }
        pulp.createServed("in-order-open/closed");
        pulp.task(
                "PATCH",
                pulp.list(PulpClient.DISTRIBUTIONS + "?name=in-order-open/closed", "pulp_href")
                        .getFirst(),
                "{\"private\":true}");
        pulp.send(
                "POST",
                PulpClient.API + "users/",
                "{\"username\":\"in-order-reader\",\"password\":\"%s\"}".formatted(PASSWORD));
        for (ConsoleClient who :
                List.of(ConsoleClient.visitor(), ConsoleClient.user("in-order-reader", PASSWORD), admin)) {
            for (String list : List.of("repositories", "distributions")) {
                String path = "/ui/" + list + "/?prefix=in-order-open/";
                String name = "<tr>\\s*<td class=\"name\"><a href=\"[^\"]+\"><bdi>(in-order-open/[^<]+)<";
                List<String> up = all(who, path, name);
                assertThat(up)
                        .as(list)
                        .isSorted()
                        .hasSizeGreaterThanOrEqualTo(60)
                        .doesNotHaveDuplicates();
                assertThat(up.contains("in-order-open/closed")).as(list).isEqualTo(who == admin);
                assertThat(all(who, path + "&order=-name", name)).as(list).isEqualTo(up.reversed());
            }
        }
    }

    @Test
    void each_list_by_name_has_its_other_end() {
        for (String name : List.of("in-order-a", "in-order-b", "in-order-c")) {
            pulp.send(
                    "POST",
                    PulpClient.API + "users/",
                    "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(name, PASSWORD));
            pulp.send("POST", PulpClient.API + "groups/", "{\"name\":\"%s\"}".formatted(name));
            admin.submit(
                    "/ui/access/roles/", "name", name + ".role", "permissions", "container.view_containerrepository");
            registry.pushImage("in-order-robots/" + name, "1", "robots");
            admin.submit("/ui/access/robots/", "namespace", "in-order-robots", "name", name, "expires_in_days", "9");
            String remote = pulp.send(
                            "POST",
                            PulpClient.API + "remotes/container/container/",
                            "{\"name\":\"%s\",\"url\":\"https://127.0.0.1:1\",\"upstream_name\":\"x\"}".formatted(name))
                    .json()
                    .path("pulp_href")
                    .asText();
            pulp.send("POST", PulpClient.REPOSITORIES, "{\"name\":\"%s\",\"remote\":\"%s\"}".formatted(name, remote));
        }
        for (String list : List.of(
                "access/users/?prefix=in-order-",
                "access/groups/?prefix=in-order-",
                "access/roles/?words=in-order-",
                "access/robots/?namespace=in-order-robots",
                "mirrors/?prefix=in-order-")) {
            String name =
                    "<td class=\"name\"><a href=\"[^\"]+\"><bdi>(?:in-order-robots\\+)?(in-order-[abc])(?:.role)?</bdi>";
            assertThat(all(admin, "/ui/" + list, name))
                    .as(list)
                    .containsExactly("in-order-a", "in-order-b", "in-order-c");
            assertThat(all(admin, "/ui/" + list + "&order=-name", name))
                    .as(list)
                    .containsExactly("in-order-c", "in-order-b", "in-order-a");
            assertThat(admin.page("/ui/" + list + "&order=-name"))
                    .as(list)
                    .contains("aria-sort=\"descending\"", "name=\"order\" value=\"-name\"");
        }
    }

    @Test
    void what_has_a_time_is_newest_first_or_oldest_first() {
        pulp.createServed("in-order-time");
        for (int number = 1; number <= 60; number++) {
            registry.pushImage("in-order-time", "v" + number, "time" + number);
        }
        String href = pulp.list(PulpClient.REPOSITORIES + "?name=in-order-time", "pulp_href")
                .getFirst();
        pulp.task("DELETE", href + "versions/30/", "");
        pulp.task("DELETE", href + "versions/0/", "");
        String path = href.replace(PulpClient.REPOSITORIES, "/ui/repositories/") + "versions/";
        List<String> down = all(admin, path, "<strong>Version (\\d+)<");
        assertThat(down).hasSize(59).startsWith("60", "59").contains("31", "29").endsWith("2", "1");
        assertThat(all(admin, path + "?order=made", "<strong>Version (\\d+)<")).isEqualTo(down.reversed());
        assertThat(admin.page(path + "?order=made"))
                .contains("aria-current=\"true\">oldest first", "1 version before version 1 was deleted");
        assertThat(admin.page(path + "?order=made&after=29"))
                .contains("1 version before version 31 was deleted")
                .containsSubsequence("Version 31", "Version 32");
        assertThat(admin.get(path + "?order=made&after=x").status()).isEqualTo(404);
        assertThat(admin.page(path + "?order=made&after=9999999999")).doesNotContain("<strong>Version");

        String task = "/ui/tasks/([0-9a-f-]{36})/";
        List<String> newest = all(admin, "/ui/tasks/?name=delete", task);
        List<String> oldest = all(admin, "/ui/tasks/?name=delete&order=asked", task);
        assertThat(newest).hasSizeGreaterThanOrEqualTo(2);
        // Other tests' tasks may have come meanwhile.
        assertThat(oldest.subList(0, newest.size())).isEqualTo(newest.reversed());
    }

    @Test
    void what_is_no_order_and_no_cursor_begins_anew() {
        repositories.create(RepositorySettings.named("in-order-odd"));
        for (String list : List.of(
                "repositories/?prefix=in-order-odd",
                "distributions/?prefix=",
                "mirrors/?prefix=",
                "tasks/?name=",
                "pull-through/?prefix=",
                "access/users/?prefix=",
                "access/groups/?prefix=",
                "access/roles/?words=",
                "access/robots/?namespace=")) {
            for (String order :
                    List.of("", "-name", "name", "made", "asked", "%00", "--name", "%3Cb%3E", "x".repeat(999))) {
                for (String after :
                        List.of("", "~", "%00", "%ED%A0%80", "%F4%8F%BF%BF", "%3Cb%3E", "x".repeat(2_000))) {
                    assertThat(admin.page("/ui/" + list + "&order=" + order + "&after=" + after))
                            .as("%s in order %s after %s", list, order, after)
                            .doesNotContain("<b>");
                }
            }
        }
        assertThat(admin.page("/ui/repositories/?prefix=in-order-odd&order=-name&after=~"))
                .contains(">in-order-odd<");
        assertThat(admin.page("/ui/repositories/?prefix=" + "x".repeat(3_000))).contains("No repository");
    }
}
