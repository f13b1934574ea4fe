package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens and permissions. Source: docker's token authentication and OAuth2 specifications. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class AccessTest {
    private static final byte[] NOTHING = {};
    private static final String FORM = "application/x-www-form-urlencoded";

    private final RegistryClient admin = RegistryClient.administrator();
    private final RegistryClient anybody = RegistryClient.anonymous();

    @Test
    void the_base_asks_who_is_there_although_anybody_may_pull() {
        var asked = anybody.get("/v2/");

        assertThat(asked.status()).isEqualTo(401);
        assertThat(asked.header("WWW-Authenticate"))
                .isEqualTo("Bearer realm=\"" + RegistryClient.base() + "/token/\",service=\"lading\"");
        assertThat(admin.get("/v2/").status()).isEqualTo(200);
        assertThat(RegistryClient.basic("admin", "guess").get("/v2/").status()).isEqualTo(401);
        assertThat(RegistryClient.basic("root", RunningRegistry.PASSWORD)
                        .get("/v2/")
                        .status())
                .isEqualTo(401);
        assertThat(RegistryClient.bearer(token(anybody, "")).get("/v2/").status())
                .isEqualTo(200);
    }

    @Test
    void anybody_pulls_and_nobody_else_pushes() {
        admin.pushImage("open", "v1", "open");

        assertThat(anybody.get("/v2/open/manifests/v1").status()).isEqualTo(200);
        assertThat(anybody.get("/v2/open/blobs/" + RegistryClient.digest("open"))
                        .status())
                .isEqualTo(200);
        var refused = anybody.send("POST", "/v2/open/blobs/uploads/", NOTHING);
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.errorCode()).isEqualTo("UNAUTHORIZED");
        assertThat(refused.header("WWW-Authenticate")).contains("scope=\"repository:open:pull,push\"");
        assertThat(anybody.send("DELETE", "/v2/open/manifests/v1", NOTHING).header("WWW-Authenticate"))
                .contains("scope=\"repository:open:delete\"");
    }

    @Test
    void credentials_that_two_readers_see_differently_are_refused() {
        String right = "Authorization: Basic "
                + Base64.getEncoder().encodeToString(("admin:" + RunningRegistry.PASSWORD).getBytes(UTF_8));
        String tasks = "/pulp/api/v3/tasks/";

        assertThat(RawRequests.status(RawRequests.ask("GET", tasks, right))).isEqualTo(200);
        assertThat(RawRequests.status(RawRequests.ask("GET", tasks, right, "Authorization: Bearer other")))
                .isEqualTo(401);
        assertThat(RawRequests.status(RawRequests.ask("GET", tasks, "Authorization: Bearer other", right)))
                .isEqualTo(401);
    }

    @ParameterizedTest(name = "a token for {0} of {1} may {2} in {3}: {4}")
    @CsvSource({
        "'pull,push', tokens, POST,   tokens, 202",
        "'pull,push', tokens, POST,   other,  401",
        "'pull',      tokens, POST,   tokens, 401",
        "'pull,push', tokens, DELETE, tokens, 401",
        "'delete',    tokens, DELETE, tokens, 404",
        "'*',         tokens, DELETE, tokens, 404",
    })
    void a_token_allows_what_it_was_given_for(String actions, String name, String method, String target, int status) {
        var bearer = RegistryClient.bearer(token(admin, "repository:" + name + ":" + actions));
        String path = method.equals("POST") ? "/blobs/uploads/" : "/manifests/missing";

        var answer = bearer.send(method, "/v2/" + target + path, NOTHING);

        assertThat(answer.status()).isEqualTo(status);
        if (status == 401) {
            assertThat(answer.header("WWW-Authenticate")).endsWith("error=\"insufficient_scope\"");
        }
    }

    /** BuildKit asks in the order of names for every repository that a layer may be mounted from. */
    @Test
    void a_push_gets_what_it_needs_among_many_mounts() {
        String mounts = IntStream.range(0, 300)
                .mapToObj(i -> "repository:mounts/from-" + i + ":pull%20")
                .collect(Collectors.joining());
        var bearer = RegistryClient.bearer(token(admin, mounts + "repository:mounts/target:pull,push"));

        assertThat(bearer.send("POST", "/v2/mounts/target/blobs/uploads/", NOTHING)
                        .status())
                .isEqualTo(202);
    }

    @Test
    void nobody_gets_a_token_to_push_by_asking() {
        var bearer = RegistryClient.bearer(token(anybody, "repository:open:pull,push,delete,*"));

        assertThat(bearer.send("POST", "/v2/open/blobs/uploads/", NOTHING).status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "not.a.token",
        "eyJhbGciOiJub25lIn0.eyJpc3MiOiJsYWRpbmciLCJhdWQiOiJsYWRpbmciLCJzdWIiOiJhZG1pbiIsImV4cCI6OTk5OTk5OTk5OX0.",
        "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJsYWRpbmciLCJhdWQiOiJsYWRpbmciLCJzdWIiOiJhZG1pbiIsImV4cCI6OTk5OTk5OTk5OX0.AAAA",
    })
    void a_forged_token_is_refused(String token) {
        var answer = RegistryClient.bearer(token).send("POST", "/v2/open/blobs/uploads/", NOTHING);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
    }

    @Test
    void an_uploads_state_is_no_access_token() {
        String location = admin.begin("open");
        String state = location.substring(location.indexOf("_state=") + "_state=".length());

        assertThat(RegistryClient.bearer(state).get("/v2/").status()).isEqualTo(401);
    }

    @Test
    void a_wrong_password_gets_no_token_and_no_password_gets_one_for_pulling() {
        assertThat(RegistryClient.basic("admin", "guess")
                        .get("/token/?service=lading")
                        .status())
                .isEqualTo(401);
        assertThat(anybody.get("/token/?service=lading&scope=repository:open:pull,push")
                        .json()
                        .path("scope")
                        .asText())
                .isEqualTo("repository:open:pull");
    }

    @Test
    void oauth2_trades_a_password_for_tokens_and_a_refresh_token_for_more() {
        var first = post("grant_type=password&username=admin&password=" + RunningRegistry.PASSWORD
                + "&service=lading&client_id=test&access_type=offline&scope=repository:open:pull,push");
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.json().path("expires_in").asInt()).isBetween(60, 600);
        String refresh = first.json().path("refresh_token").asText();

        var second = post("grant_type=refresh_token&refresh_token=" + refresh + "&scope=repository:open:pull,push");

        var bearer = RegistryClient.bearer(second.json().path("access_token").asText());
        assertThat(bearer.send("POST", "/v2/open/blobs/uploads/", NOTHING).status())
                .isEqualTo(202);
        assertThat(RegistryClient.bearer(refresh).get("/v2/").status()).isEqualTo(401);
        assertThat(post("grant_type=password&username=admin&password=guess").status())
                .isEqualTo(401);
        assertThat(post("grant_type=refresh_token&refresh_token=guess").status())
                .isEqualTo(401);
        assertThat(post("grant_type=client_credentials").status()).isEqualTo(400);
    }

    /** The request of docker's login, which would store a refresh token in place of the password. */
    @ParameterizedTest
    @CsvSource({
        "service=lading&offline_token=true&account=admin&client_id=docker",
        "service=lading&offline_token=1",
        "service=lading&access_type=offline",
    })
    void a_login_by_get_leaves_the_client_with_its_password(String query) {
        var answer = admin.get("/token/?" + query);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("token").asText()).isNotEmpty();
        assertThat(answer.json().has("refresh_token")).isFalse();
    }

    @Test
    void credentials_that_are_no_good_are_refused_with_what_to_do() {
        admin.pushImage("open", "v1", "open");
        String path = "/v2/open/manifests/v1";
        String advice = "log in again or `docker logout 127.0.0.1:" + RegistryClient.port() + "`";

        for (var refused : List.of(
                RegistryClient.basic("admin", "guess").get("/token/?service=lading&scope=repository:open:pull"),
                post("grant_type=password&username=admin&password=guess"),
                post("grant_type=refresh_token&refresh_token=dead"),
                RegistryClient.basic("nobody", "guess").get(path),
                RegistryClient.bearer("dead").get(path))) {
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.errorCode()).isEqualTo("UNAUTHORIZED");
            assertThat(refused.json().at("/errors/0/message").asText()).endsWith(advice);
        }
        assertThat(anybody.get(path).status()).isEqualTo(200);
        assertThat(anybody.get("/token/?service=lading&scope=repository:open:pull")
                        .status())
                .isEqualTo(200);
        assertThat(anybody.send("POST", "/v2/open/blobs/uploads/", NOTHING)
                        .json()
                        .at("/errors/0/message")
                        .asText())
                .doesNotContain("docker logout");
    }

    @Test
    void a_form_that_is_too_large_is_refused() {
        assertThat(post("grant_type=password&password=" + "x".repeat(100_000)).errorCode())
                .isEqualTo("SIZE_INVALID");
        assertThat(post("a=b&".repeat(5_000)).status()).isEqualTo(413);
    }

    @Test
    void a_form_that_is_not_encoded_as_it_must_be_is_refused() {
        assertThat(post("grant_type=%zz").status()).isEqualTo(400);
    }

    private RegistryClient.Answer post(String form) {
        return anybody.send("POST", "/token/", form.getBytes(UTF_8), "Content-Type", FORM);
    }

    private static String token(RegistryClient client, String scope) {
        return client.get("/token/?service=lading&scope=" + scope)
                .json()
                .path("token")
                .asText();
    }
}
