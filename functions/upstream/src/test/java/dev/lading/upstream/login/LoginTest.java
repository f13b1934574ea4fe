package dev.lading.upstream.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.oci.Digest;
import dev.lading.testing.Asked;
import dev.lading.testing.Bytes;
import dev.lading.testing.FaultyUpstream;
import dev.lading.testing.RawServer;
import dev.lading.testing.Remotes;
import dev.lading.testing.Reply;
import dev.lading.testing.TestAuthority;
import dev.lading.testing.Together;
import dev.lading.upstream.BlobBody;
import dev.lading.upstream.Fixture;
import dev.lading.upstream.PretendedInternet;
import dev.lading.upstream.Upstream;
import dev.lading.upstream.transport.Reach;
import dev.lading.upstream.transport.UpstreamException.InvalidAnswer;
import dev.lading.upstream.transport.UpstreamException.Refused;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials that an upstream demands. */
class LoginTest extends Fixture {
    private static final String TOKEN =
            "GET /token?service=the+registry%2C+of+tests&scope=repository%3Alibrary%2Fapp%3Apull";

    private List<String> authorizations(String path) {
        return registry.asked().stream()
                .filter(asked -> asked.target().contains(path))
                .map(asked -> asked.header("authorization").orElse("none"))
                .toList();
    }

    @Test
    void nothing_is_shown_unasked() {
        image("1");
        open(remote().login("me", "secret")).head(tag("1"));

        assertThat(authorizations("")).containsExactly("none");
    }

    @Test
    void one_token_is_asked_for_and_used_for_everything() {
        image("1");
        registry.demandTokens(300);
        Upstream upstream = open();

        assertThat(upstream.tags()).hasSize(1);
        assertThat(upstream.head(tag("1"))).isPresent();

        assertThat(registry.requests())
                .containsExactly(
                        "GET /v2/library/app/tags/list?n=1000",
                        TOKEN,
                        "GET /v2/library/app/tags/list?n=1000",
                        "HEAD /v2/library/app/manifests/1");
        assertThat(authorizations("token")).containsExactly("none");
        assertThat(authorizations("manifests")).containsExactly("Bearer token-1");
    }

    @Test
    void a_token_is_asked_for_with_the_password() {
        image("1");
        registry.demandTokens(300);
        registry.demandPassword("me", "secret");

        assertThat(open(remote().login("me", "secret")).head(tag("1"))).isPresent();
        assertThat(authorizations("token")).containsExactly("Basic bWU6c2VjcmV0");
        assertThat(authorizations("manifests")).containsExactly("none", "Bearer token-1");
    }

    @Test
    void a_wrong_password_is_said_so_and_not_shown() {
        image("1");
        registry.demandTokens(300);
        registry.demandPassword("me", "secret");

        assertThatThrownBy(() -> open(remote().login("me", "wrong-one")).head(tag("1")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining(registry.authority() + " refuses a token for library/app (401 UNAUTHORIZED)")
                .hasMessageContaining("check the remote's username and password")
                .hasMessageNotContaining("wrong-one")
                .hasMessageNotContaining("bWU6");
        assertThat(registry.requests()).hasSize(2);
    }

    @Test
    void a_password_is_shown_where_a_password_is_demanded() {
        image("1");
        registry.demandPassword("me", "secret");
        Upstream upstream = open(remote().login("me", "secret"));

        assertThat(upstream.head(tag("1"))).isPresent();
        assertThat(upstream.tags()).hasSize(1);
        assertThat(authorizations("")).containsExactly("none", "Basic bWU6c2VjcmV0", "Basic bWU6c2VjcmV0");

        assertThatThrownBy(() -> open(remote().login("me", "wrong")).head(tag("1")))
                .isInstanceOf(Refused.class);
        assertThatThrownBy(() -> open().head(tag("1"))).isInstanceOf(Refused.class);
    }

    @Test
    void of_several_challenges_the_one_for_a_token_is_taken() {
        image("1");
        registry.demandTokens(300);
        registry.fault(
                "manifests",
                1,
                reply -> reply.without("WWW-Authenticate")
                        .with("WWW-Authenticate", "Negotiate, Basic realm=\"a, \\\"b\\\"\"")
                        .with(
                                "WWW-Authenticate",
                                "Digest qop=\"auth, auth-int\", nonce=x, bearer Realm=\"" + registry.url()
                                        + "/token?account=a\" , SERVICE=\"x\""));

        assertThat(open(remote().login("me", "secret")).head(tag("1"))).isPresent();
        assertThat(registry.requests())
                .contains("GET /token?account=a&service=x&scope=repository%3Alibrary%2Fapp%3Apull");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"access_token\":\"token-1\"}",
                "{\"token\":\"\",\"access_token\":\"token-1\",\"expires_in\":0,\"issued_at\":\"2020-01-01T00:00:00Z\"}"
            })
    void a_token_has_two_names_and_lives_for_a_minute_if_nothing_is_said(String document) {
        image("1");
        registry.demandTokens(300);
        registry.fault("token", 1, reply -> Reply.json(200, document));
        Upstream upstream = open();

        upstream.head(tag("1"));
        clock.advance(Duration.ofSeconds(49));
        upstream.head(tag("1"));
        assertThat(authorizations("token")).hasSize(1);
        clock.advance(Duration.ofSeconds(2));
        upstream.head(tag("1"));
        assertThat(authorizations("token")).hasSize(2);
        assertThat(authorizations("manifests")).endsWith("Bearer token-1", "Bearer token-1", "Bearer token-2");
    }

    @Test
    void a_token_that_expires_in_mid_run_is_replaced() {
        image("1");
        registry.demandTokens(300);
        Upstream upstream = open();
        upstream.head(tag("1"));

        registry.expireTokens();

        assertThat(upstream.head(tag("1"))).isPresent();
        assertThat(authorizations("manifests"))
                .containsExactly("none", "Bearer token-1", "Bearer token-1", "Bearer token-2");
    }

    @Test
    void a_token_that_expires_within_a_blob_is_replaced() throws Exception {
        byte[] bytes = Bytes.random(200_000);
        Digest blob = registry.blob(bytes);
        registry.demandTokens(300);
        Upstream upstream = open();
        upstream.tags();
        registry.fault("blobs", 1, reply -> {
            registry.expireTokens();
            return reply.cutAfter(100_000);
        });

        try (BlobBody body = upstream.blob(blob, 0)) {
            assertThat(body.readAllBytes()).isEqualTo(bytes);
        }
    }

    @Test
    void a_token_that_is_refused_is_not_asked_for_again_and_again() {
        registry.demandTokens(300);
        registry.fault(
                "tags",
                reply -> Reply.error(401, "DENIED")
                        .with(
                                "WWW-Authenticate",
                                "Bearer realm=\"" + registry.url() + "/token\",error=\"insufficient_scope\""));

        assertThatThrownBy(() -> open().tags())
                .isInstanceOf(Refused.class)
                .hasMessageContaining("refuses the tag list of library/app (401 DENIED)");
        assertThat(registry.requests()).hasSize(3);
    }

    @Test
    void many_requests_share_one_token() {
        image("1");
        registry.demandTokens(300);
        Upstream upstream = open(remote().downloadConcurrency(8));

        Together.together(8, thread -> assertThat(upstream.head(tag("1"))).isPresent());

        assertThat(authorizations("token")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"token\":\"a\\r\\nX: b\"}", "<html>", ""})
    void an_answer_without_a_token_is_of_no_use(String document) {
        registry.demandTokens(300);
        registry.fault("token", reply -> Reply.of(200, document));

        assertThatThrownBy(() -> open().tags())
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining("there is no token in it");
    }

    @Test
    void a_busy_token_server_is_waited_for() {
        image("1");
        registry.demandTokens(300);
        registry.fault("token", 1, reply -> Reply.of(503));
        registry.fault("token", 1, reply -> Reply.of(429).with("Retry-After", "9"));

        assertThat(open().tags()).hasSize(1);
        assertThat(waits).hasSize(2).endsWith(Duration.ofSeconds(9));
    }

    @Test
    void the_token_server_may_be_another_host_and_sees_no_header_of_the_remote() {
        image("1");
        RawServer realm = closing(RawServer.start(asked -> Reply.json(200, "{\"token\":\"foreign\"}")));
        registry.demandTokensOf(realm.url() + "/auth");

        assertThatThrownBy(() -> open(remote().login("me", "secret").header("X-Key", "k"))
                        .tags())
                .isInstanceOf(Refused.class);

        Asked asked = realm.requests().getFirst();
        assertThat(asked.header("authorization")).contains("Basic bWU6c2VjcmV0");
        assertThat(asked.header("x-key")).isEmpty();
        assertThat(authorizations("tags")).containsExactly("none", "Bearer foreign");
    }

    @Test
    void a_host_of_others_gets_no_password_unless_the_remote_names_it() {
        image("1");
        RawServer realm = closing(RawServer.start(asked -> Reply.json(200, "{\"token\":\"foreign\"}")));
        var internet = new PretendedInternet()
                .name("registry.example.com", "203.0.113.1")
                .at("203.0.113.1", registry.url())
                .name("stranger.example.org", "203.0.113.2")
                .at("203.0.113.2", realm);
        registry.demandTokensOf("http://stranger.example.org/auth");
        Remotes remote = Remotes.at("http://registry.example.com").login("me", "secret");

        assertThatThrownBy(() -> open(remote, Reach.PUBLIC, internet.way()).tags())
                .isInstanceOf(Refused.class)
                .hasMessageContaining("registry.example.com wants the remote's password sent to stranger.example.org")
                .hasMessageContaining("token_hosts")
                .hasMessageNotContaining("secret");
        assertThat(realm.requests()).isEmpty();

        assertThatThrownBy(() -> open(remote.tokenHosts("Stranger.Example.org"), Reach.PUBLIC, internet.way())
                        .tags())
                .isInstanceOf(Refused.class)
                .hasMessageContaining("401");
        assertThat(realm.requests().getFirst().header("authorization")).contains("Basic bWU6c2VjcmV0");
    }

    @Test
    void without_a_password_any_realm_may_give_a_token() {
        image("1");
        RawServer realm = closing(RawServer.start(asked -> Reply.json(200, "{\"token\":\"foreign\"}")));
        var internet = new PretendedInternet()
                .name("registry.example.com", "203.0.113.1")
                .at("203.0.113.1", registry.url())
                .name("stranger.example.org", "203.0.113.2")
                .at("203.0.113.2", realm);
        registry.demandTokensOf("http://stranger.example.org/auth");

        assertThatThrownBy(() -> open(Remotes.at("http://registry.example.com"), Reach.PUBLIC, internet.way())
                        .tags())
                .isInstanceOf(Refused.class)
                .hasMessageContaining("401");
        assertThat(realm.requests()).hasSize(1);
        assertThat(authorizations("tags")).containsExactly("none", "Bearer foreign");
    }

    @Test
    void https_leads_to_no_realm_without_tls() {
        var authority = new TestAuthority();
        FaultyUpstream secure = closing(FaultyUpstream.startTls(authority.server(), false));
        RawServer realm = closing(RawServer.start(asked -> Reply.json(200, "{\"token\":\"foreign\"}")));
        secure.demandTokensOf(realm.url() + "/token");

        assertThatThrownBy(() ->
                        open(Remotes.at(secure.url()).caCert(authority.pem())).tags())
                .isInstanceOf(Refused.class)
                .hasMessageContaining("without TLS");
        assertThat(realm.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/token", "//HOST/token", "HTTP://HOST/token", "/token?a=b|c"})
    void a_token_server_is_where_it_is_seen_from_the_upstream(String realm) {
        registry.demandTokensOf(realm.replace("HOST", registry.authority()));

        assertThat(open().tags()).isEmpty();
        assertThat(registry.requests()).anyMatch(asked -> asked.startsWith("GET /token?"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://other/token", "http://[", "https://", "http://127.0.0.1:99999/token"})
    void a_token_server_without_an_address_is_refused(String realm) {
        registry.demandTokensOf(realm);

        assertThatThrownBy(() -> open().tags())
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining("names a token server that is no address");
    }
}
