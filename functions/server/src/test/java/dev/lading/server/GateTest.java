package dev.lading.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.http.AccessFilter;
import dev.lading.http.Gate;
import io.quarkus.resteasy.reactive.server.runtime.ResteasyReactiveRecorder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.ext.web.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jboss.resteasy.reactive.server.mapping.RuntimeResource;
import org.jboss.resteasy.reactive.server.util.RuntimeResourceVisitor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every handler of the running server, and what an anonymous caller gets of it however its path is spelled. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class GateTest {
    private static final int SPELLINGS_OF_EACH = 25;
    private static final long SEED = 20_261_126;

    /** Handlers open to everybody, as docs/security.md lists them. */
    private static final List<String> OPEN = List.of(
            "GET ",
            "GET /pulp/api/v3/docs/api.json",
            "GET /pulp/api/v3/livez",
            "GET /q/health/live",
            "GET /q/health/ready",
            "GET /token",
            "GET /ui",
            "GET /ui/assets/{hash}/{name}",
            "GET /ui/distributions",
            "GET /ui/distributions/{container_container_distribution_href}",
            "GET /ui/login",
            "GET /ui/repositories",
            "GET /ui/repositories/{container_container_repository_href}",
            "GET /ui/repositories/{container_container_repository_href}/images/{digest}",
            "GET /ui/repositories/{container_container_repository_href}/images/{digest}/used",
            "GET /ui/search",
            "GET /v2/_catalog",
            "POST /token",
            "POST /ui/login");

    private final Gate gate;

    GateTest(Gate gate) {
        this.gate = gate;
    }

    /** @param template of its path */
    private record Handler(String method, String template, String needs) {
        String path() {
            return template.replaceAll("\\{[^}]*}", "x");
        }
    }

    private List<Handler> handlers() {
        List<Handler> found = new ArrayList<>();
        var deployment = ResteasyReactiveRecorder.getCurrentDeployment();
        RuntimeResourceVisitor.visitRuntimeResources("/", deployment.getClassMappers(), new RuntimeResourceVisitor() {
            @Override
            public void visitRuntimeResource(String method, String path, RuntimeResource resource) {
                String needs = AccessFilter.needed(resource.getLazyMethod())
                        .map(Enum::name)
                        .orElse("undeclared");
                found.add(new Handler(method, path.replaceFirst("/$", ""), needs));
            }
        });
        for (Route route : gate.routes()) {
            if (!Gate.isForEveryPath(route)) {
                found.add(new Handler("GET", route.getPath(), Gate.isDeclared(route) ? "NONE" : "undeclared"));
            }
        }
        return found;
    }

    @Test
    void what_is_open_is_known_and_all_else_declares_what_it_needs() {
        assertThat(handlers()).hasSizeGreaterThan(70);
        List<String> open = handlers().stream()
                .filter(handler -> List.of("NONE", "CATALOG", "VISITOR").contains(handler.needs()))
                .map(handler -> handler.method() + " " + handler.template())
                .sorted()
                .toList();
        assertThat(open).containsExactlyElementsOf(OPEN);
        // Handlers of extensions are switched off; of our own there are none but those made for this test.
        assertThat(handlers().stream()
                        .filter(handler -> handler.needs().equals("undeclared"))
                        .map(Handler::template))
                .allMatch(path -> path.startsWith("/undeclared-") || path.startsWith("/q/") || path.equals("/"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                UndeclaredHandlers.RESOURCE,
                UndeclaredHandlers.ROUTE,
                UndeclaredHandlers.FOR_EVERY_PATH,
                "/q/metrics",
                "/q/health",
                "/q/"
            })
    void what_declares_nothing_is_refused(String path) {
        String answer = RawRequests.ask("GET", path);

        assertThat(RawRequests.status(answer)).isIn(0, 404);
        assertThat(answer).doesNotContain("open");
    }

    @Test
    void no_spelling_gets_more_than_the_plain_one() {
        Random random = new Random(SEED);
        List<String> more = new ArrayList<>();
        for (Handler handler : handlers()) {
            int plain = RawRequests.status(RawRequests.ask(handler.method(), handler.path()));
            for (int i = 0; i < SPELLINGS_OF_EACH && !isGranted(plain); i++) {
                String spelling = spelling(handler.path(), random);
                int status = RawRequests.status(RawRequests.ask(handler.method(), spelling));
                if (isGranted(status)) {
                    more.add(handler.method() + " " + spelling + " answers " + status + ", plainly " + plain);
                }
            }
        }
        assertThat(more).isEmpty();
    }

    /** Whether a status is a success, a redirect, or a failure of the server. */
    private static boolean isGranted(int status) {
        return (status >= 200 && status < 400) || status >= 500;
    }

    private static String spelling(String path, Random random) {
        StringBuilder spelling = new StringBuilder();
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            spelling.append(
                    switch (random.nextInt(24)) {
                        case 0, 1 -> "%" + Integer.toHexString(c);
                        case 2 -> "%25" + Integer.toHexString(c);
                        case 3 ->
                            c == '/'
                                    ? List.of("/./", "/%2e/", "//", "/x/../", "/x/%2e%2e/", "/.;/", "\\", "%2f")
                                            .get(random.nextInt(8))
                                    : "" + c;
                        case 4 -> c == '/' ? ";a=b/" : "" + c;
                        default -> "" + c;
                    });
        }
        return switch (random.nextInt(10)) {
            case 0 -> "http://registry.test" + spelling;
            case 1 -> "/v2/.." + spelling;
            case 2 -> "/q/%2e%2e" + spelling;
            case 3 ->
                spelling
                        + List.of("/", ";", "%00", "?", "/.", "%20", ".json", "#")
                                .get(random.nextInt(8));
            default -> spelling.toString();
        };
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "/%70ulp/api/v3/repositories/container/container/, 401",
        "/pul%70/api/v3/repositories/container/container/, 401",
        "//pulp/api/v3/repositories/container/container/, 401",
        "http://registry.test/pulp/api/v3/repositories/container/container/, 401",
        "/%2e/pulp/api/v3/repositories/container/container/, 400",
        "/v2/%2e%2e/pulp/api/v3/repositories/container/container/, 400",
        "/q/%2e%2e/pulp/api/v3/repositories/container/container/, 400",
        "/pulp;/api/v3/repositories/container/container/, 400",
        "/pulp/api/v3/status/, 401",
    })
    void management_needs_the_administrator(String target, int status) {
        String answer = RawRequests.ask("GET", target);

        assertThat(RawRequests.status(answer)).isEqualTo(status);
        assertThat(answer).doesNotContain("results");
    }

    @ParameterizedTest(name = "{0} {1} answers {2}")
    @CsvSource({
        "'Origin: http://evil.test',          POST,   403",
        "'Origin: null',                      DELETE, 403",
        "'Origin: http://registry.test:8080', PUT,    403",
        "'Sec-Fetch-Site: cross-site',        PATCH,  403",
        "'Origin: http://registry.test',      POST,   401",
        "'Sec-Fetch-Site: same-origin',       POST,   401",
        "'Origin: http://evil.test',          GET,    401",
    })
    void a_page_of_another_site_changes_nothing(String header, String method, int status) {
        String target = "/pulp/api/v3/"
                + (method.equals("DELETE") || method.equals("PUT") || method.equals("PATCH")
                        ? "remotes/container/container/x/"
                        : "remotes/container/container/");

        assertThat(RawRequests.status(RawRequests.ask(method, target, header))).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "OPTIONS", "CONNECT", "PROPFIND", "get"})
    void methods_that_nothing_takes_are_refused(String method) {
        assertThat(RawRequests.status(RawRequests.ask(method, "/v2/"))).isIn(400, 405);
    }

    @Test
    void answers_tell_browsers_to_do_nothing_with_them() {
        var answer = RegistryClient.anonymous().get("/v2/");

        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Content-Security-Policy")).contains("default-src 'none'", "frame-ancestors 'none'");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
    }

    @Test
    void health_says_up_and_no_more() {
        var anybody = RegistryClient.anonymous();

        assertThat(anybody.get("/q/health/live").body()).asString().isEqualTo("{\"status\":\"UP\"}");
        assertThat(anybody.get("/q/health/ready").body()).asString().isEqualTo("{\"status\":\"UP\"}");
    }
}
