package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.testing.FaultyUpstream;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The mirror of a registry at a port of its own and beneath a path, which serve one distribution and nothing else. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class MirrorsTest {
    private static final String DISTRIBUTIONS = PulpClient.API + "distributions/container/pull-through/";
    private static final String REMOTES = PulpClient.API + "remotes/container/pull-through/";
    private static final String BY_PATH = "/mirror/" + RunningRegistry.MIRRORED;
    private static final String MANIFEST = "/v2/" + FaultyUpstream.NAME + "/manifests/v1";
    private static final String OPEN = ",\"anonymous_fetch\":true";

    private final PulpClient pulp = new PulpClient();
    private final RegistryClient admin = RegistryClient.administrator();
    private final RegistryClient anonymous = RegistryClient.anonymous();
    private final FaultyUpstream upstream = FaultyUpstream.start();
    private String manifest;
    private String distribution;

    @BeforeEach
    void push() {
        byte[] config = "{}".getBytes(UTF_8);
        byte[] layer = "a layer".getBytes(UTF_8);
        upstream.blob(config);
        upstream.blob(layer);
        manifest = RegistryClient.manifest(config, List.of(layer), Optional.empty());
        upstream.manifest(manifest.getBytes(UTF_8), "v1");
    }

    @AfterEach
    void close() {
        upstream.close();
        if (distribution != null) {
            forget();
        }
    }

    /** Deletes the distribution, and what was pulled through it. */
    private void forget() {
        String name = RunningRegistry.MIRRORED + "/" + FaultyUpstream.NAME;
        pulp.task("DELETE", distribution, "");
        for (String kind : List.of(
                "distributions/container/container/",
                "repositories/container/container/",
                "remotes/container/container/")) {
            for (JsonNode made :
                    pulp.get(PulpClient.API + kind + "?name=" + name).path("results")) {
                pulp.task("DELETE", made.path("pulp_href").asText(), "");
            }
        }
        for (JsonNode made :
                pulp.get(REMOTES + "?name=" + RunningRegistry.MIRRORED).path("results")) {
            pulp.task("DELETE", made.path("pulp_href").asText(), "");
        }
    }

    private void serve(String fields) {
        distribution = distribution(RunningRegistry.MIRRORED, fields);
    }

    private String distribution(String name, String fields) {
        var remote = pulp.send("POST", REMOTES, "{\"name\":\"%s\",\"url\":\"%s\"}".formatted(name, upstream.url()));
        assertThat(remote.status()).as(text(remote)).isEqualTo(201);
        return pulp.task(
                        "POST",
                        DISTRIBUTIONS,
                        "{\"name\":\"%1$s\",\"base_path\":\"%1$s\",\"remote\":\"%2$s\"%3$s}"
                                .formatted(name, remote.json().path("pulp_href").asText(), fields))
                .path("created_resources")
                .path(0)
                .asText();
    }

    private static String text(RegistryClient.Answer answer) {
        return new String(answer.body(), UTF_8);
    }

    private static String atPort(String path) {
        return "http://127.0.0.1:" + RunningRegistry.mirrorPort() + path;
    }

    private static String byPath(String path) {
        return RegistryClient.base() + BY_PATH + path;
    }

    /** Both mirrors' address of a path. */
    private static List<String> both(String path) {
        return List.of(atPort(path), byPath(path));
    }

    @Test
    void the_upstreams_names_are_pulled_and_nobody_is_asked_to_log_in() {
        serve(OPEN);
        for (String url : both("")) {
            assertThat(anonymous.get(url + "/v2/").status()).as(url).isEqualTo(200);
            assertThat(anonymous.get(url + MANIFEST).body()).as(url).isEqualTo(manifest.getBytes(UTF_8));
            assertThat(anonymous.head(url + MANIFEST).status()).isEqualTo(200);
            String blob = url + "/v2/" + FaultyUpstream.NAME + "/blobs/" + RegistryClient.digest("a layer");
            assertThat(text(anonymous.get(blob))).isEqualTo("a layer");
            String referrers = url + "/v2/" + FaultyUpstream.NAME + "/referrers/" + RegistryClient.digest(manifest);
            assertThat(anonymous.get(referrers).status()).isEqualTo(200);
        }
        upstream.close();
        assertThat(anonymous.get(atPort(MANIFEST)).status()).isEqualTo(200);
    }

    @Test
    void tags_are_listed_by_the_upstreams_name_and_the_next_page_is_at_the_same_mirror() {
        serve(OPEN);
        upstream.manifest(manifest.getBytes(UTF_8), "v2");
        anonymous.get(atPort(MANIFEST));
        anonymous.get(atPort(MANIFEST.replace("v1", "v2")));
        for (String url : both("/v2/" + FaultyUpstream.NAME + "/tags/list")) {
            var page = anonymous.get(url + "?n=1");
            assertThat(page.json().path("name").asText()).isEqualTo(FaultyUpstream.NAME);
            assertThat(page.header("Link")).isEqualTo("<" + url + "?n=1&last=v1>; rel=\"next\"");
            assertThat(text(anonymous.get(url + "?n=1&last=v1"))).contains("v2");
        }
    }

    @Test
    void nothing_else_is_there() {
        serve(OPEN);
        admin.pushImage("mirrors/own", "1", "own");
        for (String path : List.of(
                "/v2/mirrors/own/manifests/1",
                "/v2/" + RunningRegistry.MIRRORED + "/" + FaultyUpstream.NAME + "/manifests/v1",
                "/v2/_catalog",
                "/pulp/api/v3/status/",
                "/pulp/api/v3/livez/",
                "/pulp/api/v3/docs/api.json",
                "/q/health/live",
                "/q/health",
                "/mirror/" + RunningRegistry.MIRRORED + MANIFEST,
                "/")) {
            for (String url : both(path)) {
                assertThat(admin.get(url).status()).as(url).isIn(404);
            }
        }
        assertThat(admin.get("/v2/mirrors/own/manifests/1").status()).isEqualTo(200);
        // Root names of the registry itself are not looked for at an upstream.
        int asked = upstream.requests().size();
        assertThat(admin.get(MANIFEST).status()).isEqualTo(404);
        assertThat(upstream.requests()).hasSize(asked);
    }

    @ParameterizedTest
    @CsvSource({
        "POST,   /v2/library/app/blobs/uploads/",
        "PUT,    /v2/library/app/manifests/v1",
        "DELETE, /v2/library/app/manifests/v1",
        "POST,   /pulp/api/v3/users/",
        "PATCH,  /v2/",
        "OPTIONS,/v2/",
        "TRACE,  /v2/",
    })
    void nothing_is_changed(String method, String path) {
        serve(OPEN);
        for (String url : both(path)) {
            String target = url.substring(url.indexOf('/', "http://".length()));
            int port = url.startsWith(atPort("")) ? RunningRegistry.mirrorPort() : RegistryClient.port();
            String answer = RawRequests.ask(port, method, target, "Authorization: " + admin.authorization());
            assertThat(RawRequests.status(answer)).as(url).isIn(404, 405);
        }
    }

    @ParameterizedTest(name = "{0} answers {1}")
    @CsvSource({
        "/v2/library%2Fapp/manifests/v1,                    200",
        "/%762/library/app/manifests/v1,                    200",
        "//v2//library/app/manifests/v1,                    200",
        "/v2/library/app/manifests/v1/,                     200",
        "/v2/library/app/manifests/v1?ns=registry.invalid,  404",
        "/v2/./library/app/manifests/v1,                    400",
        "/v2/%2e%2e/v2/library/app/manifests/v1,            400",
        "/v2/library%252Fapp/manifests/v1,                  400",
        "/v2/library/app;a/manifests/v1,                    400",
        "/%71/health/live,                                  404",
        "/v2/../pulp/api/v3/status/,                        400",
        "/token/../v2/,                                     400",
    })
    void however_it_is_spelled(String path, int status) {
        serve(OPEN);
        String beneath = path.startsWith("//") ? "//mirror//" + RunningRegistry.MIRRORED + path : BY_PATH + path;
        for (String scheme : List.of("", "http://registry.test", "http://127.0.0.1:1")) {
            String port = RawRequests.ask(RunningRegistry.mirrorPort(), "GET", scheme + path);
            assertThat(RawRequests.status(port)).as(port).isEqualTo(status);
            String prefix = RawRequests.ask("GET", scheme + beneath);
            assertThat(RawRequests.status(prefix)).as(prefix).isEqualTo(status);
        }
    }

    @Test
    void its_connections_are_limited_as_the_registrys_are() {
        String twoLengths =
                "GET /v2/ HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
        String longLine = "GET /" + "a".repeat(70_000) + " HTTP/1.1\r\nHost: a\r\n\r\n";
        for (String request : List.of(twoLengths, longLine)) {
            int status = RawRequests.status(RawRequests.send(request));
            assertThat(status).isIn(400, 414);
            assertThat(RawRequests.status(RawRequests.send(RunningRegistry.mirrorPort(), request)))
                    .isEqualTo(status);
        }
    }

    @Test
    void a_host_header_chooses_nothing() {
        serve(OPEN);
        admin.pushImage("mirrors/host", "1", "own");
        String main = "Host: 127.0.0.1:" + RegistryClient.port();
        String own = "GET /v2/mirrors/host/manifests/1 HTTP/1.1\r\nConnection: close\r\n";
        assertThat(RawRequests.status(RawRequests.send(own + main + "\r\n\r\n")))
                .isEqualTo(200);
        assertThat(RawRequests.status(RawRequests.send(RunningRegistry.mirrorPort(), own + main + "\r\n\r\n")))
                .isEqualTo(404);
        String mirror = "Host: 127.0.0.1:" + RunningRegistry.mirrorPort();
        assertThat(RawRequests.status(RawRequests.send(own + mirror + "\r\n\r\n")))
                .isEqualTo(200);
    }

    @Test
    void a_distribution_that_is_not_there_is_named_at_its_port_and_not_told_from_a_private_one_by_path() {
        for (String path : List.of("/v2/", MANIFEST)) {
            var answer = anonymous.get(atPort(path));
            assertThat(answer.status()).isEqualTo(404);
            assertThat(text(answer)).contains("pull-through distribution", RunningRegistry.MIRRORED);
        }
        serve(",\"private\":true");
        for (String path : List.of("/v2/", MANIFEST)) {
            var unknown = anonymous.get("/mirror/never-made" + path);
            var restricted = anonymous.get(byPath(path));
            assertThat(unknown.status()).isEqualTo(401).isEqualTo(restricted.status());
            assertThat(text(unknown)).isEqualTo(text(restricted).replace(RunningRegistry.MIRRORED, "never-made"));
            assertThat(unknown.header("WWW-Authenticate"))
                    .isEqualTo(restricted.header("WWW-Authenticate").replace(RunningRegistry.MIRRORED, "never-made"));
        }
    }

    @Test
    void who_may_is_as_the_distribution_says() {
        serve("");
        String scope = "repository:" + FaultyUpstream.NAME + ":pull";
        for (String url : both("")) {
            var refused = anonymous.get(url + MANIFEST);
            assertThat(refused.status()).as(url).isEqualTo(401);
            assertThat(refused.header("WWW-Authenticate"))
                    .startsWith("Bearer realm=\"" + url + "/token/\",service=\"lading\",scope=\"" + scope + "\"");
        }
        assertThat(upstream.requests()).isEmpty();
        for (String url : both("")) {
            var token = admin.get(url + "/token/?service=lading&scope=" + scope + ",push&scope=registry:management:*");
            assertThat(token.json().path("scope").asText())
                    .isEqualTo("repository:" + RunningRegistry.MIRRORED + "/" + FaultyUpstream.NAME + ":pull");
            RegistryClient bearer =
                    RegistryClient.bearer(token.json().path("token").asText());
            assertThat(bearer.get(url + MANIFEST).status()).as(url).isEqualTo(200);
            assertThat(bearer.get("/pulp/api/v3/users/").status()).isEqualTo(403);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Basic aHViOnNlY3JldA==", "Basic YWRtaW46Z3Vlc3M=", "Bearer of.another.registry", "Digest x"})
    void credentials_of_the_upstream_hinder_nobody_and_count_for_nothing(String authorization) {
        serve(OPEN);
        String ns = "?ns=" + upstream.authority();
        for (int i = 0; i < 15; i++) {
            for (String url : List.of(atPort(MANIFEST), byPath(MANIFEST), MANIFEST + ns, atPort("/v2/"))) {
                assertThat(anonymous.get(url, "Authorization", authorization).status())
                        .as(url)
                        .isEqualTo(200);
            }
        }
        // No allowance of wrong passwords is used up.
        assertThat(anonymous
                        .get("/v2/", "Authorization", "Basic YWRtaW46Z3Vlc3M=")
                        .status())
                .isEqualTo(401);
        assertThat(admin.get("/v2/").status()).isEqualTo(200);
    }

    @Test
    void credentials_are_refused_where_nobody_may_pull_without() {
        serve(",\"private\":true");
        String wrong = "Basic aHViOnNlY3JldA==";
        for (String url : both(MANIFEST)) {
            assertThat(anonymous.get(url, "Authorization", wrong).status()).isEqualTo(401);
            assertThat(anonymous.get(url).status()).isEqualTo(401);
            assertThat(admin.get(url).status()).isEqualTo(200);
        }
    }

    @Test
    void a_password_gets_nothing_fetched_that_everybody_may_not_have_but_its_token_does() {
        serve("");
        // Compared, it would be told from a wrong one without being counted.
        assertThat(admin.get(atPort(MANIFEST)).status()).isEqualTo(401);
        assertThat(upstream.requests()).isEmpty();
    }

    @Test
    void a_client_that_means_another_registry_gets_nothing_of_this_one() {
        serve(OPEN);
        for (String url : both(MANIFEST)) {
            assertThat(anonymous.get(url + "?ns=" + upstream.authority()).status())
                    .isEqualTo(200);
            assertThat(anonymous.get(url + "?ns=quay.io").status()).isEqualTo(404);
        }
    }
}
