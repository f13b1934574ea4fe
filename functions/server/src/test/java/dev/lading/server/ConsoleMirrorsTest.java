package dev.lading.server;

import static dev.lading.server.PulpClient.REPOSITORIES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.testing.FaultyUpstream;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pages of mirrors, of their remotes, and of pull-through caches. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class ConsoleMirrorsTest {
    private static final String LIST = "/ui/mirrors/";
    private static final String REMOTES = PulpClient.API + "remotes/container/container/";
    private static final String THROUGH = "distributions/container/pull-through/";
    private static final String PASSWORD = "battery staple";

    private final PulpClient pulp = new PulpClient();
    private final ConsoleClient admin = ConsoleClient.administrator();
    private FaultyUpstream upstream = FaultyUpstream.start();

    @BeforeEach
    void image() {
        byte[] config = "{}".getBytes(UTF_8);
        byte[] layer = "a mirrored layer".getBytes(UTF_8);
        upstream.blob(config);
        upstream.blob(layer);
        upstream.manifest(
                RegistryClient.manifest(config, List.of(layer), Optional.empty())
                        .getBytes(UTF_8),
                "v1");
    }

    @AfterEach
    void close() {
        upstream.close();
    }

    private String id(String list, String name) {
        return pulp.list(list + "?name=" + name, "pulp_href").getFirst().replaceFirst(".*/([^/]+)/$", "$1");
    }

    private static String text(RegistryClient.Answer answer) {
        return new String(answer.body(), UTF_8);
    }

    private RegistryClient.Answer submit(String name, String... more) {
        // The first of two fields of one name counts.
        List<String> fields = new ArrayList<>(List.of(more));
        fields.addAll(List.of(
                "url",
                upstream.url(),
                "upstream_name",
                FaultyUpstream.NAME,
                "name",
                name,
                "policy",
                "on_demand",
                "sync_schedule_timezone",
                "Europe/Berlin"));
        return admin.submit(LIST + "new", fields.toArray(String[]::new));
    }

    @Test
    void one_form_makes_a_mirror_with_a_schedule_and_syncs_it() {
        var preview = submit(
                "ui/mirror", "sync_schedule", "cron(0 6 ? * MON-FRI 2099)", "distribute", "on", "step", "preview");
        assertThat(text(preview))
                .contains(
                        "2099-01-01T05:00:00Z", "2099-01-07T05:00:00Z", "pulp container remote create --name ui/mirror")
                .doesNotContain("2099-01-08T05:00:00Z");
        assertThat(pulp.list(REMOTES + "?name=ui/mirror", "name")).isEmpty();

        String task = ConsoleDistributionsTest.task(submit(
                "ui/mirror",
                "sync_schedule",
                "cron(0 6 ? * MON-FRI 2099)",
                "distribute",
                "on",
                "sync_now",
                "on",
                "username",
                "u",
                "password",
                " swordfish "));

        assertThat(admin.page(task)).contains("Sync from a remote", "completed", "ui/mirror", "<progress");
        String one = LIST + id(REPOSITORIES, "ui/mirror") + "/";
        assertThat(admin.page(one))
                .contains("version 1", upstream.url(), "2099-01-01T05:00:00Z", "Europe/Berlin", "with credentials")
                .doesNotContain("href=\"" + upstream.url(), "swordfish");
        assertThat(admin.page(LIST + "?prefix=ui/mi")).contains("ui/mirror", "made version 1", "not said");
        assertThat(admin.page(one + "runs")).contains("made version 1", "hand");
        assertThat(RegistryClient.anonymous().get("/v2/ui/mirror/manifests/v1").status())
                .isEqualTo(200);
    }

    @Test
    void what_is_refused_leaves_nothing_behind() {
        pulp.createServed("ui-taken-path");

        var taken = submit(
                "ui-half", "distribute", "on", "base_path", "ui-taken-path", "password", "swordfish", "username", "u");
        assertThat(taken.status()).isEqualTo(400);
        assertThat(text(taken)).contains("already", "value=\"ui-half\"").doesNotContain("swordfish");
        assertThat(text(submit("ui-half", "sync_schedule", "cron(0 6)"))).contains("id=\"sync_schedule-problem\"");
        assertThat(text(submit("ui-half", "sync_schedule", "rate(6 hours)", "url", "x")))
                .contains("Nothing was made");
        assertThat(pulp.list(REMOTES + "?name=ui-half", "name")).isEmpty();
        assertThat(pulp.list(REPOSITORIES + "?name=ui-half", "name")).isEmpty();
        assertThat(admin.post(LIST + "new", "name", "ui-half").status()).isEqualTo(403);
    }

    @Test
    void a_schedule_is_shown_before_it_is_saved_and_can_be_taken_away() {
        submit("ui-planned");
        String one = LIST + id(REPOSITORIES, "ui-planned") + "/";
        String schedule = one + "schedule";

        assertThat(admin.page(
                        schedule + "?sync_schedule=rate(6+hours)&sync_schedule_timezone=UTC&sync_schedule_mirror=true"))
                .contains("<h3>Its next runs</h3>", "name=\"sync_schedule_mirror\" value=\"true\" checked");
        assertThat(text(admin.get(schedule + "?sync_schedule=never&sync_schedule_timezone=UTC")))
                .contains("write rate(6 hours)")
                .doesNotContain("Its next runs</h3>");
        assertThat(text(admin.submit(schedule, "sync_schedule", "rate(1 day)", "step", "preview")))
                .contains("<h3>Its next runs</h3>", "value=\"rate(1 day)\"");
        assertThat(text(admin.get(schedule + "?sync_schedule=rate(1+day)&sync_schedule_timezone=%3Cscript%3E1")))
                .contains("no time zone")
                .doesNotContain("<script>1");
        assertThat(pulp.list(REPOSITORIES + "?name=ui-planned", "sync_schedule"))
                .containsExactly("null");

        assertThat(admin.submit(schedule, "sync_schedule", "rate(6 hours)", "sync_schedule_mirror", "true")
                        .header("Location"))
                .isEqualTo(one + "?done=schedule");
        assertThat(admin.page(one + "?done=schedule")).contains("rate(6 hours)", "is removed here, too", "is saved");
        assertThat(admin.post(schedule).status()).isEqualTo(403);
        assertThat(admin.submit(schedule).status()).isEqualTo(303);
        assertThat(admin.page(one)).contains("when it is told to");
    }

    @Test
    void a_remote_keeps_its_secrets_unless_they_would_go_elsewhere() {
        submit("ui-secret", "username", "u", "password", "swordfish");
        String remote = "/ui/remotes/" + id(REMOTES, "ui-secret") + "/";
        String[] fields = {
            "name",
            "ui-secret",
            "url",
            upstream.url(),
            "upstream_name",
            "a/b",
            "policy",
            "immediate",
            "includes",
            "v1, v2"
        };
        assertThat(admin.page(remote)).contains("It has credentials").doesNotContain("swordfish");

        assertThat(admin.submit(remote, fields).status()).isEqualTo(303);
        assertThat(pulp.get(REMOTES + id(REMOTES, "ui-secret") + "/")
                        .path("includes")
                        .toString())
                .isEqualTo("[\"v1\",\"v2\"]");
        fields[3] = "http://127.0.0.1:9";
        var moved = admin.submit(remote, fields);
        assertThat(moved.status()).isEqualTo(400);
        assertThat(text(moved)).contains("id=\"password-problem\"", "leads to another host");
        List<String> dropping = new ArrayList<>(List.of(fields));
        dropping.addAll(List.of("drop_credentials", "true"));
        assertThat(admin.submit(remote, dropping.toArray(String[]::new)).status())
                .isEqualTo(303);
        assertThat(admin.page(remote)).contains("It has none");
        assertThat(admin.post(remote, fields).status()).isEqualTo(403);
    }

    @Test
    void a_failed_sync_says_why_and_strangers_see_nothing() {
        submit("ui-failing", "upstream_name", "no/such");
        String id = id(REPOSITORIES, "ui-failing");
        ConsoleDistributionsTest.task(admin.submit(LIST + id + "/sync"));
        pulp.send("POST", PulpClient.API + "users/", "{\"username\":\"ui-m\",\"password\":\"" + PASSWORD + "\"}");
        ConsoleClient user = ConsoleClient.user("ui-m", PASSWORD);

        assertThat(admin.page(LIST + id)).contains("The last sync failed");
        assertThat(user.page(LIST)).doesNotContain("ui-failing");
        assertThat(user.get(LIST + id).status()).isEqualTo(404);
        assertThat(user.submit(LIST + id + "/sync").status()).isEqualTo(404);
        assertThat(user.submit(LIST + "new", "url", "http://a", "upstream_name", "a")
                        .status())
                .isEqualTo(403);
        assertThat(ConsoleClient.visitor().get(LIST).status()).isEqualTo(401);
    }

    @Test
    void a_user_with_the_roles_makes_one_of_any_name_and_sees_its_sync() {
        String user = pulp.send(
                        "POST",
                        PulpClient.API + "users/",
                        "{\"username\":\"ui-maker\",\"password\":\"" + PASSWORD + "\"}")
                .json()
                .path("pulp_href")
                .asText();
        for (String role : List.of("repository_creator", "remote_creator")) {
            pulp.send(
                    "POST", user + "roles/", "{\"role\":\"container.container" + role + "\",\"content_object\":null}");
        }
        ConsoleClient maker = ConsoleClient.user("ui-maker", PASSWORD);
        String odd = "\"><script>1</script> 'ui' \u0627\u062e\u062a";

        var made = maker.submit(
                LIST + "new",
                "url",
                upstream.url(),
                "upstream_name",
                FaultyUpstream.NAME,
                "name",
                odd,
                "base_path",
                "ui-maker/app",
                "distribute",
                "on",
                "sync_now",
                "on",
                "sync_schedule",
                "rate(1 day)");

        String task = ConsoleDistributionsTest.task(made);
        assertThat(maker.page(task)).contains("completed").doesNotContain("<script>1");
        String list = maker.page(LIST);
        assertThat(list).contains("&lt;script&gt;1").doesNotContain("<script>1");
        String one = list.replaceFirst("(?s).*href=\"(/ui/mirrors/[0-9a-f-]{36}/)\".*", "$1");
        assertThat(maker.page(one)).contains("Sync now", "version 1</a>").doesNotContain("<script>1");
        assertThat(maker.page(one + "runs")).doesNotContain("<script>1");
        assertThat(maker.page(one + "schedule")).doesNotContain("<script>1");
    }

    @Test
    void a_pull_through_cache_is_made_by_a_form_and_counts() {
        ConsoleDistributionsTest.task(admin.submit(
                "/ui/pull-through/new",
                "url",
                upstream.url(),
                "base_path",
                "ui-cache",
                "anonymous_fetch",
                "true",
                "freshness",
                "0"));
        String name = "/v2/ui-cache/" + FaultyUpstream.NAME + "/manifests/v1";
        assertThat(RegistryClient.anonymous().get(name).status()).isEqualTo(200);
        upstream.untag("v1");
        RegistryClient.anonymous().get(name);

        assertThat(admin.page("/ui/pull-through/")).contains("ui-cache", upstream.url());
        String one =
                "/ui/pull-through/" + id(PulpClient.API + "distributions/container/pull-through/", "ui-cache") + "/";
        assertThat(admin.page(one))
                .contains("/mirror/ui-cache", "hosts.toml", "ui-cache/" + FaultyUpstream.NAME, "<bdi>v1</bdi>");
        var again = admin.submit("/ui/pull-through/new", "url", "x", "base_path", "ui-other");
        assertThat(again.status()).isEqualTo(400);
        assertThat(text(admin.submit("/ui/pull-through/new", "url", upstream.url(), "base_path", "ui-cache/inner")))
                .contains("Nothing was made");
        assertThat(pulp.list(PulpClient.API + "remotes/container/pull-through/?name=ui-cache/inner", "name"))
                .isEmpty();
        assertThat(ConsoleClient.visitor().get(one).status()).isEqualTo(401);
    }

    /** The id of a cache whose upstream asks for a login; its remote has the same name. */
    private String cache(String name) {
        String remote = pulp.send(
                        "POST",
                        PulpClient.API + "remotes/container/pull-through/",
                        "{\"name\":\"%s\",\"url\":\"%s\",\"username\":\"ann\",\"password\":\"secret-word\"}"
                                .formatted(name, upstream.url()))
                .json()
                .path("pulp_href")
                .asText();
        pulp.task(
                "POST",
                PulpClient.API + THROUGH,
                "{\"name\":\"%s\",\"base_path\":\"%s\",\"remote\":\"%s\",\"evict_after_days\":9,\"private\":true}"
                        .formatted(name, name, remote));
        return id(PulpClient.API + THROUGH, name);
    }

    @Test
    void a_pull_through_cache_is_changed_as_the_rest_api_changes_it() {
        String id = cache("ui-edit");
        String one = "/ui/pull-through/" + id + "/";
        assertThat(admin.page(one)).contains(one + "edit", "Change the upstream");
        assertThat(admin.page(one + "edit"))
                .contains("value=\"ui-edit\"", "value=\"9\"", "name=\"private\" value=\"true\" checked");

        for (String[] wrong : new String[][] {
            {"freshness", "soon"}, {"freshness", "-1"}, {"evict_after_days", "0"}, {"base_path", "Not/A/Path"}
        }) {
            var refused = admin.submit(
                    one + "edit",
                    wrong[0],
                    wrong[1],
                    "name",
                    "ui-edit",
                    "base_path",
                    "ui-edit",
                    "description",
                    "<b>odd</b>");
            assertThat(refused.status()).as("%s", List.of(wrong)).isEqualTo(400);
            assertThat(text(refused))
                    .contains("id=\"" + wrong[0] + "-problem\"", "Nothing was changed", "&lt;b&gt;odd")
                    .doesNotContain("<b>odd");
        }
        var saved = admin.submit(
                one + "edit",
                "name",
                "ui-edited",
                "base_path",
                "ui-edit",
                "freshness",
                "300",
                "anonymous_fetch",
                "true",
                "max_bytes",
                "5000000000",
                "hides_gone",
                "true");
        assertThat(saved.status()).isEqualTo(303);
        assertThat(admin.page(one + "?done=saved")).contains("Saved.", "after 300 seconds", "more than 5.0 GB");
        var now = pulp.get(PulpClient.API + THROUGH + id + "/");
        assertThat(now.path("name").asText()).isEqualTo("ui-edited");
        assertThat(now.path("private").asBoolean()).isFalse();
        assertThat(now.path("anonymous_fetch").asBoolean()).isTrue();
        assertThat(now.path("gone").asText()).isEqualTo("hide");
        assertThat(now.path("evict_after_days").isNull()).isTrue();

        ConsoleClient stranger = user("ui-stranger-A");
        assertThat(stranger.page(one)).doesNotContain(one + "edit", "Change the upstream");
        assertThat(stranger.get(one + "edit").status()).isEqualTo(403);
        assertThat(stranger.submit(one + "edit", "name", "x", "base_path", "x").status())
                .isEqualTo(403);
    }

    private ConsoleClient user(String name) {
        pulp.send(
                "POST",
                PulpClient.API + "users/",
                "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(name, PASSWORD));
        return ConsoleClient.user(name, PASSWORD);
    }

    private static boolean keepsPassword(JsonNode remote) {
        return remote.path("hidden_fields")
                .valueStream()
                .filter(field -> field.path("name").asText().equals("password"))
                .anyMatch(field -> field.path("is_set").asBoolean());
    }

    @Test
    void the_upstream_of_a_cache_keeps_its_login_unless_it_is_entered_or_dropped() {
        String id = cache("ui-upstream");
        String remotes = PulpClient.API + "remotes/container/pull-through/";
        String remote = id(remotes, "ui-upstream");
        String form = "/ui/pull-through/remotes/" + remote + "/";
        assertThat(admin.page("/ui/pull-through/" + id + "/")).contains(form + "?cache=" + id);
        assertThat(admin.page(form + "?cache=" + id))
                .contains(upstream.url(), "It has credentials")
                .doesNotContain("secret-word", "value=\"ann\"");

        var saved = admin.submit(
                form,
                "cache",
                id,
                "name",
                "ui-upstream",
                "url",
                upstream.url(),
                "includes",
                "library/*",
                "rate_limit",
                "7",
                "tls_validation",
                "true");
        assertThat(saved.header("Location")).endsWith("/ui/pull-through/" + id + "/?done=remote");
        var now = pulp.get(remotes + remote + "/");
        assertThat(now.path("rate_limit").asInt()).isEqualTo(7);
        assertThat(now.path("includes").path(0).asText()).isEqualTo("library/*");
        assertThat(keepsPassword(now)).isTrue();

        // Its password would be sent there.
        var moved = admin.submit(form, "name", "ui-upstream", "url", "http://127.0.0.1:9", "tls_validation", "true");
        assertThat(moved.status()).isEqualTo(400);
        assertThat(text(moved)).contains("id=\"password-problem\"", "id=\"username-problem\"");
        var limited = admin.submit(form, "name", "ui-upstream", "url", upstream.url(), "rate_limit", "many");
        assertThat(text(limited)).contains("id=\"rate_limit-problem\"");
        assertThat(admin.submit(
                                form,
                                "name",
                                "ui-upstream",
                                "url",
                                "http://127.0.0.1:9",
                                "drop_credentials",
                                "true",
                                "tls_validation",
                                "true")
                        .status())
                .isEqualTo(303);
        now = pulp.get(remotes + remote + "/");
        assertThat(now.path("url").asText()).isEqualTo("http://127.0.0.1:9");
        assertThat(now.path("rate_limit").isNull()).isTrue();
        assertThat(keepsPassword(now)).isFalse();
        assertThat(user("ui-stranger-B").get(form).status()).isEqualTo(404);
    }
}
