package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.access.Permission;
import dev.lading.http.AccessFilter;
import dev.lading.server.RegistryClient.Answer;
import io.quarkus.resteasy.reactive.server.runtime.ResteasyReactiveRecorder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.mapping.RuntimeResource;
import org.jboss.resteasy.reactive.server.util.RuntimeResourceVisitor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins of the console: what they are kept in, what they allow, what ends them, and who can misuse them. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class ConsoleLoginTest {
    private static final byte[] NOTHING = {};
    private static final String PASSWORD = "battery staple";
    private static final String USERS = PulpClient.API + "users/";

    private final PulpClient pulp = new PulpClient();

    private String make(String name) {
        Answer made = pulp.send("POST", USERS, "{\"username\":\"" + name + "\",\"password\":\"" + PASSWORD + "\"}");
        return made.json().path("pulp_href").asText();
    }

    private static String text(Answer answer) {
        return new String(answer.body(), UTF_8);
    }

    private static boolean isLoggedIn(ConsoleClient client, String name) {
        return client.page("/ui/repositories").contains("<bdi>" + name + "</bdi></span>");
    }

    @Test
    void a_login_is_a_cookie_for_this_host_alone_that_no_script_reads() {
        Answer answer = ConsoleClient.visitor()
                .post("/ui/login", "name", "admin", "password", RunningRegistry.PASSWORD, "to", "/ui/tasks/");
        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.header("Location")).isEqualTo("/ui/tasks/");
        assertThat(answer.header("Set-Cookie"))
                .matches("__Host-lading=[\\w.-]+; Path=/; Max-Age=28800; Secure; HttpOnly; SameSite=Lax");
        assertThat(isLoggedIn(ConsoleClient.administrator(), "admin")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "admin, wrong wrong wrong, 401",
        "nobody, battery staple, 401",
        "'', battery staple, 400",
        "admin, '', 400",
        "build$, battery staple, 401",
    })
    void wrong_credentials_are_told_on_the_form_again(String name, String password, int status) {
        Answer answer = ConsoleClient.visitor().post("/ui/login", "name", name, "password", password);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Set-Cookie")).isEmpty();
        assertThat(answer.header("WWW-Authenticate")).doesNotContain("Basic");
        assertThat(text(answer)).contains("role=\"alert\"").doesNotContain(password.isEmpty() ? "\0" : password);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.invalid/",
                "//evil.invalid/",
                "/ui//evil.invalid",
                "/\\evil.invalid",
                "/ui/\r\nSet-Cookie: a=b",
                "/ui/../v2/",
                "javascript:alert(1)",
                "/uix",
                "/v2/",
                ""
            })
    void a_login_leads_to_a_page_of_the_console_and_nowhere_else(String to) {
        Answer answer = ConsoleClient.visitor()
                .post("/ui/login", "name", "admin", "password", RunningRegistry.PASSWORD, "to", to);
        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.header("Location")).matches("/ui(/.*)?").doesNotContain("..", "\\", "\r");
        assertThat(answer.response().headers().allValues("Set-Cookie")).hasSize(1);
        assertThat(text(ConsoleClient.visitor().get("/ui/login?to=" + java.net.URLEncoder.encode(to, UTF_8))))
                .doesNotContain("evil.invalid\"", "javascript:");
    }

    @ParameterizedTest
    @CsvSource({"https://evil.invalid", "null", "'http://127.0.0.1:1'"})
    void another_sites_page_cannot_log_in(String origin) {
        Answer answer = ConsoleClient.visitor()
                .postFrom(origin, "/ui/login", "name", "admin", "password", RunningRegistry.PASSWORD);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("Set-Cookie")).isEmpty();
    }

    @Test
    void a_form_from_nowhere_is_refused() {
        Answer answer = ConsoleClient.visitor()
                .postFrom("", "/ui/login", "name", "admin", "password", RunningRegistry.PASSWORD);
        assertThat(answer.status()).isEqualTo(403);
    }

    @Test
    void robots_do_not_log_in() {
        make("keeper");
        Answer robot = pulp.send(
                "POST", PulpClient.API + "robots/", "{\"name\":\"keeper+ci\",\"roles\":[],\"expires_in\":3600}");
        String name =
                robot.json().path("username").asText(robot.json().path("name").asText());
        String secret = robot.json().path("secret").asText();
        Answer answer = ConsoleClient.visitor().post("/ui/login", "name", name, "password", secret);
        assertThat(answer.status()).isNotEqualTo(303);
    }

    @Test
    void pages_that_need_a_login_answer_with_its_form_and_lead_back() {
        Answer answer = ConsoleClient.visitor().post("/ui/logout", "form_token", "x");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Form realm=\"lading\"");
        assertThat(answer.header("Content-Type")).startsWith("text/html");
        assertThat(text(answer)).contains("name=\"password\"", "name=\"to\" value=\"/ui\"", "Nothing was changed");
        assertThat(text(ConsoleClient.visitor().get("/ui/tasks/"))).doesNotContain("Nothing was changed");
    }

    @Test
    void a_cookie_counts_in_the_console_alone() {
        String cookie = ConsoleClient.administrator().cookie();
        RegistryClient anybody = RegistryClient.anonymous();
        assertThat(anybody.get(USERS, "Cookie", cookie).status()).isEqualTo(401);
        assertThat(anybody.send("POST", "/v2/stolen/app/blobs/uploads/", NOTHING, "Cookie", cookie)
                        .status())
                .isEqualTo(401);
        // And the other way round: what the API takes says nothing here.
        RegistryClient basic = RegistryClient.administrator();
        assertThat(text(basic.get("/ui/repositories"))).doesNotContain("Log out");
        String token = basic.get("/token/?service=lading&scope=registry:management:*")
                .json()
                .path("token")
                .asText();
        assertThat(isLoggedIn(ConsoleClient.with("__Host-lading=" + token), "admin"))
                .isFalse();
    }

    @Test
    void an_altered_doubled_or_made_up_cookie_is_no_login() {
        String cookie = ConsoleClient.administrator().cookie();
        assertThat(isLoggedIn(ConsoleClient.with(cookie), "admin")).isTrue();
        for (String wrong : List.of(
                cookie.substring(0, cookie.length() - 4) + "AAAA",
                cookie + "; " + cookie.replace(".", ".x"),
                cookie + "; __Host-lading=x",
                "__Host-lading=" + "a".repeat(30_000),
                "__Host-lading=",
                cookie.replace("__Host-lading", "lading"))) {
            Answer answer = ConsoleClient.with(wrong).get("/ui/repositories");
            assertThat(answer.status()).as(wrong).isIn(200, 400, 431);
            assertThat(text(answer)).doesNotContain("Log out");
        }
    }

    @Test
    void each_login_has_a_cookie_of_its_own_whatever_the_browser_sent_before() {
        ConsoleClient before = ConsoleClient.with("__Host-lading=fixed");
        Answer answer = before.post("/ui/login", "name", "admin", "password", RunningRegistry.PASSWORD);
        assertThat(answer.header("Set-Cookie"))
                .doesNotContain("fixed")
                .isNotEqualTo(ConsoleClient.administrator().cookie());
        assertThat(isLoggedIn(before, "admin")).isFalse();
    }

    @Test
    void a_user_who_is_stopped_or_gets_another_password_is_logged_out_at_once() {
        String href = make("mallory");
        ConsoleClient mallory = ConsoleClient.user("mallory", PASSWORD);
        assertThat(isLoggedIn(mallory, "mallory")).isTrue();
        pulp.send("PATCH", href, "{\"password\":\"another battery staple\"}");
        assertThat(isLoggedIn(mallory, "mallory")).isFalse();

        ConsoleClient again = ConsoleClient.user("mallory", "another battery staple");
        assertThat(isLoggedIn(again, "mallory")).isTrue();
        pulp.send("PATCH", href, "{\"is_active\":false}");
        assertThat(isLoggedIn(again, "mallory")).isFalse();
    }

    @Test
    void a_user_who_loses_a_right_stays_logged_in_without_it() {
        String href = make("trudy");
        String role = "{\"role\":\"core.group_creator\",\"content_object\":null}";
        Answer given = pulp.send("POST", href + "roles/", role);
        ConsoleClient trudy = ConsoleClient.user("trudy", PASSWORD);
        assertThat(trudy.submit("/ui/access/groups", "name", "trudys").status()).isEqualTo(303);
        pulp.send("DELETE", given.json().path("pulp_href").asText(), "");
        assertThat(trudy.submit("/ui/access/groups", "name", "others").status()).isEqualTo(403);
        assertThat(isLoggedIn(trudy, "trudy")).isTrue();
    }

    @Test
    void logging_out_forgets_the_cookie() {
        Answer answer = ConsoleClient.administrator().submit("/ui/logout");
        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.header("Set-Cookie")).startsWith("__Host-lading=; Path=/; Max-Age=0;");
    }

    @Test
    void pages_load_nothing_of_others_and_are_in_no_frame() {
        for (String path : List.of("/ui/repositories", "/ui/login", "/ui/not-there")) {
            Answer answer = ConsoleClient.visitor().get(path);
            assertThat(answer.header("Content-Security-Policy"))
                    .as(path)
                    .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "base-uri 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
            assertThat(answer.header("Referrer-Policy")).isEqualTo("same-origin");
        }
    }

    private record Change(String path, Permission needs) {}

    /** Handlers of the console that change something. */
    private static List<Change> changes() {
        List<Change> found = new ArrayList<>();
        var mappers = ResteasyReactiveRecorder.getCurrentDeployment().getClassMappers();
        RuntimeResourceVisitor.visitRuntimeResources("/", mappers, new RuntimeResourceVisitor() {
            @Override
            public void visitRuntimeResource(String method, String path, RuntimeResource resource) {
                Optional<Permission> needs = AccessFilter.needed(resource.getLazyMethod());
                if (path.startsWith("/ui/") && !method.equals("GET")) {
                    found.add(new Change(method + " " + path, needs.orElseThrow()));
                }
            }
        });
        return found;
    }

    @Test
    void each_change_needs_a_login_and_what_its_pages_are_sent_with() {
        ConsoleClient admin = ConsoleClient.administrator();
        assertThat(changes()).isNotEmpty();
        for (Change change : changes()) {
            assertThat(change.path()).startsWith("POST ");
            if (change.path().equals("POST /ui/login")) {
                continue;
            }
            assertThat(change.needs()).as(change.path()).isEqualTo(Permission.SESSION);
            String path = change.path().substring("POST ".length()).replaceAll("\\{[^}]*}", "x");
            assertThat(ConsoleClient.visitor().post(path).status()).as(path).isEqualTo(401);
            for (Answer refused : List.of(
                    admin.post(path),
                    admin.post(path, "form_token", ""),
                    admin.post(path, "form_token", "x"),
                    admin.postFrom("https://evil.invalid", path, "form_token", admin.formToken()),
                    admin.post(path, "form_token", ConsoleClient.administrator().formToken()))) {
                assertThat(refused.status()).as(path).isIn(403, 404);
            }
        }
    }

    @Test
    void a_form_is_bounded_and_nothing_but_a_form() {
        ConsoleClient admin = ConsoleClient.administrator();
        RegistryClient http = RegistryClient.anonymous();
        assertThat(admin.submit("/ui/logout", "x", "a".repeat(70_000)).status()).isEqualTo(413);
        assertThat(http.send(
                                "POST",
                                "/ui/logout",
                                "{}".getBytes(UTF_8),
                                "Content-Type",
                                "application/json",
                                "Cookie",
                                admin.cookie(),
                                "Origin",
                                RegistryClient.base())
                        .status())
                .isEqualTo(415);
        assertThat(http.send("DELETE", "/ui/repositories", NOTHING, "Cookie", admin.cookie())
                        .status())
                .isEqualTo(405);
    }

    @Test
    void the_address_of_the_server_leads_browsers_to_the_console_and_tells_others_what_it_always_did() {
        RegistryClient anybody = RegistryClient.anonymous();
        Answer browser = anybody.get("/", "Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        assertThat(browser.status()).isEqualTo(303);
        assertThat(browser.header("Location")).isEqualTo("/ui");
        assertThat(browser.header("Vary")).isEqualTo("Accept");
        for (String accept : List.of("*/*", "application/json", "application/json, text/html;q=0.5")) {
            Answer other = anybody.get("/", "Accept", accept);
            assertThat(other.status()).isEqualTo(404);
            assertThat(other.header("Vary")).isEqualTo("Accept");
            assertThat(other.errorCode()).isEqualTo("UNSUPPORTED");
        }
    }
}
