package dev.lading.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.testing.Asked;
import dev.lading.testing.FaultyUpstream;
import dev.lading.testing.RawServer;
import dev.lading.testing.Remotes;
import dev.lading.testing.Reply;
import dev.lading.testing.TestAuthority;
import dev.lading.testing.TestProxy;
import dev.lading.upstream.transport.UpstreamException;
import dev.lading.upstream.transport.UpstreamException.Unreachable;
import org.junit.jupiter.api.Test;

/** Upstreams behind a proxy. */
class ProxyTest extends Fixture {
    private final TestProxy proxy = closing(TestProxy.start());

    @Test
    void requests_go_through_the_proxy() {
        image("1");
        Upstream upstream = open(remote().proxy(proxy.url()));

        assertThat(upstream.tags()).hasSize(1);
        assertThat(proxy.requests())
                .extracting(Asked::toString)
                .containsExactly("GET " + registry.url() + "/v2/library/app/tags/list?n=1000");
    }

    @Test
    void the_proxy_is_told_its_password_unasked_and_the_upstream_is_not() {
        image("1");
        proxy.demandPassword("carrier", "pigeon");
        registry.demandPassword("me", "secret");
        Upstream upstream =
                open(remote().proxy(proxy.url()).proxyLogin("carrier", "pigeon").login("me", "secret"));

        assertThat(upstream.tags()).hasSize(1);
        assertThat(upstream.head(tag("1"))).isPresent();
        assertThat(proxy.requests()).hasSize(3);
        assertThat(registry.asked())
                .allSatisfy(asked -> assertThat(asked.headers()).doesNotContainKey("proxy-authorization"));
    }

    @Test
    void tls_goes_through_a_tunnel() {
        var authority = new TestAuthority();
        FaultyUpstream secure = closing(FaultyUpstream.startTls(authority.server(), false));
        proxy.demandPassword("carrier", "pigeon");
        Upstream upstream = open(Remotes.at(secure.url())
                .caCert(authority.pem())
                .proxy(proxy.url())
                .proxyLogin("carrier", "pigeon"));

        assertThat(upstream.tags()).isEmpty();
        assertThat(proxy.requests()).extracting(Asked::toString).containsExactly("CONNECT " + secure.authority());
        assertThat(secure.asked().getFirst().headers()).doesNotContainKey("proxy-authorization");
    }

    @Test
    void a_proxy_that_refuses_is_named_without_the_password() {
        var authority = new TestAuthority();
        FaultyUpstream secure = closing(FaultyUpstream.startTls(authority.server(), false));
        proxy.demandPassword("carrier", "pigeon");

        assertThatThrownBy(() -> open(remote().proxy(proxy.url()).proxyLogin("carrier", "crow"))
                        .tags())
                .isInstanceOf(UpstreamException.class)
                .hasMessageContaining("407")
                .hasMessageContaining("proxy_username")
                .hasMessageNotContaining("crow");
        assertThatThrownBy(() -> open(Remotes.at(secure.url())
                                .caCert(authority.pem())
                                .proxy(proxy.url())
                                .proxyLogin("carrier", "crow"))
                        .tags())
                .isInstanceOf(UpstreamException.class)
                .hasMessageContaining("407")
                .hasMessageNotContaining("crow");
    }

    @Test
    void a_proxy_that_is_not_there_is_suspected() {
        proxy.close();

        assertThatThrownBy(() -> open(remote().proxy(proxy.url()).maxRetries(0)).tags())
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining("proxy_url");
    }

    @Test
    void the_proxy_may_be_behind_tls_itself() {
        var authority = new TestAuthority();
        TestProxy secureProxy = closing(TestProxy.startTls(authority.server()));
        FaultyUpstream secure = closing(FaultyUpstream.startTls(authority.server(), false));

        assertThat(open(remote().caCert(authority.pem()).proxy(secureProxy.url()))
                        .tags())
                .isEmpty();
        assertThat(open(Remotes.at(secure.url()).caCert(authority.pem()).proxy(secureProxy.url()))
                        .tags())
                .isEmpty();
        assertThat(secureProxy.requests()).hasSize(2);
    }

    /** A reply in plain text, which could come from anybody on the way. */
    @Test
    void what_a_proxy_answers_in_place_of_a_tunnel_does_not_pass_for_the_upstreams_answer() {
        RawServer realm = closing(RawServer.start(asked -> Reply.json(200, "{\"token\":\"t\"}")));
        RawServer answering = closing(RawServer.start(asked -> Reply.error(401, "UNAUTHORIZED")
                .with("WWW-Authenticate", "Bearer realm=\"" + realm.url() + "/token\"")));

        assertThatThrownBy(() -> open(Remotes.at("https://registry.example.com")
                                .proxy(answering.url())
                                .maxRetries(0))
                        .tags())
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining("the proxy opens no tunnel (status 401)");
        assertThat(realm.requests()).isEmpty();
    }
}
