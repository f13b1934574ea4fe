package dev.lading.upstream.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.oci.Digest;
import dev.lading.testing.Bytes;
import dev.lading.testing.RawServer;
import dev.lading.testing.Remotes;
import dev.lading.testing.Reply;
import dev.lading.testing.TestProxy;
import dev.lading.upstream.BlobBody;
import dev.lading.upstream.Fixture;
import dev.lading.upstream.PretendedInternet;
import dev.lading.upstream.Upstream;
import dev.lading.upstream.transport.UpstreamException.Refused;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses that an administrator, and an upstream's answers, may lead to. Nothing is sent outside of this machine. */
class ReachTest extends Fixture {
    private static final String HOME = "registry.example.com";
    private static final String PUBLIC = "203.0.113.1";
    private static final String PRIVATE = "10.1.2.3";

    private final byte[] bytes = Bytes.random(1000);
    private final Digest blob = registry.blob(bytes);
    private final RawServer storage = closing(RawServer.start(asked -> Reply.of(200, bytes)));
    private final PretendedInternet internet = new PretendedInternet();

    private Remotes home(String address) {
        internet.name(HOME, address).at(address, registry.url());
        return Remotes.at("http://" + HOME);
    }

    private byte[] read(Remotes remote, Reach reach) {
        try (BlobBody body = open(remote, reach, internet.way()).blob(blob, 0)) {
            return body.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError("not thrown by a BlobBody", e);
        }
    }

    @ParameterizedTest(name = "{0} allows {1}: {2}")
    @CsvSource({
        "ANY, 203.0.113.1, true",
        "ANY, 10.1.2.3, true",
        "ANY, 127.0.0.1, true",
        "ANY, 169.254.169.254, false",
        "ANY, 0.0.0.0, false",
        "PRIVATE, 203.0.113.1, true",
        "PRIVATE, 100.64.0.1, true",
        "PRIVATE, fd12::1, true",
        "PRIVATE, 127.0.0.1, false",
        "PRIVATE, ::1, false",
        "PUBLIC, 203.0.113.1, true",
        "PUBLIC, 2606:4700::1, true",
        "PUBLIC, 10.1.2.3, false",
        "PUBLIC, 64:ff9b::10.1.2.3, false",
        "PUBLIC, 127.0.0.1, false",
        "PUBLIC, fd00:ec2::254, false",
    })
    void what_a_remote_names_is_bounded(Reach reach, String address, boolean allowed) {
        Remotes named = home(address);
        String literal = address.contains(":") ? "[" + address + "]" : address;
        for (Remotes remote : new Remotes[] {named, Remotes.at("http://" + literal)}) {
            if (allowed) {
                assertThat(read(remote, reach)).isEqualTo(bytes);
            } else {
                assertThatThrownBy(() -> read(remote, reach))
                        .isInstanceOf(Refused.class)
                        .hasMessageContaining("address and is not asked")
                        .hasMessageContaining(reach == Reach.ANY ? "no remote" : "'upstreams' is '" + reach + "'");
            }
        }
        assertThat(internet.dialed()).hasSize(allowed ? 2 : 0);
    }

    @ParameterizedTest(name = "{0} leads to {1}: {2}")
    @CsvSource({
        "203.0.113.1, http://203.0.113.2/x, true",
        "203.0.113.1, http://10.1.2.9/x, false",
        "203.0.113.1, http://storage.example.com/x, false",
        "203.0.113.1, http://[::ffff:127.0.0.1]/x, false",
        "203.0.113.1, http://[64:ff9b::7f00:1]/x, false",
        "203.0.113.1, http://localhost/x, false",
        "203.0.113.1, http://127.0.0.1:6443/x, false",
        "203.0.113.1, http://169.254.169.254/latest/meta-data/, false",
        "10.1.2.3, http://203.0.113.2/x, true",
        "10.1.2.3, http://10.1.2.9/x, true",
        "10.1.2.3, http://storage.example.com/x, true",
        "10.1.2.3, http://127.0.0.1/x, false",
        "10.1.2.3, http://localhost/x, false",
        "10.1.2.3, http://[fe80::1]/x, false",
        "127.0.0.1, http://127.0.0.2/x, true",
        "127.0.0.1, http://10.1.2.9/x, true",
        "127.0.0.1, http://169.254.169.254/x, false",
    })
    void a_redirect_leads_to_no_narrower_network(String from, String location, boolean followed) {
        internet.name("storage.example.com", "192.168.7.7").name("localhost", "127.0.0.1");
        for (String address :
                new String[] {"203.0.113.2", "10.1.2.9", "192.168.7.7", "127.0.0.1", "127.0.0.2", "169.254.169.254"}) {
            internet.at(address, storage);
        }
        Remotes remote = home(from);
        registry.fault("blobs", reply -> Reply.redirect(307, location));

        if (followed) {
            assertThat(read(remote, Reach.ANY)).isEqualTo(bytes);
        } else {
            assertThatThrownBy(() -> read(remote, Reach.ANY))
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining("address and is not asked");
            assertThat(storage.requests()).isEmpty();
            assertThat(internet.dialed()).containsExactly(from);
        }
    }

    @Test
    void a_way_back_through_a_farther_network_is_refused_although_a_connection_is_there() {
        RawServer far = closing(RawServer.start(
                asked -> Reply.redirect(307, "http://" + HOME + "/v2/library/app/blobs/" + blob + "?back")));
        internet.at(PUBLIC, far);
        Remotes remote = home(PRIVATE);
        registry.fault("blobs/sha256:[0-9a-f]+$", reply -> Reply.redirect(307, "http://" + PUBLIC + "/"));

        assertThatThrownBy(() -> read(remote, Reach.ANY))
                .isInstanceOf(Refused.class)
                .hasMessageContaining(PRIVATE)
                .hasMessageContaining(PUBLIC + ", which led there, has a public address");
        assertThat(registry.requests()).hasSize(1);
    }

    @Test
    void what_a_name_was_resolved_to_is_connected_and_nothing_else() {
        Remotes remote = home(PUBLIC);
        internet.name(HOME, "127.0.0.1").at("127.0.0.1", storage);

        assertThat(read(remote, Reach.PUBLIC)).isEqualTo(bytes);

        assertThat(internet.asked()).containsExactly(HOME);
        assertThat(internet.dialed()).containsExactly(PUBLIC);
        assertThatThrownBy(() -> read(remote, Reach.PUBLIC)).isInstanceOf(Refused.class);
        assertThat(storage.requests()).isEmpty();
    }

    @Test
    void of_several_addresses_those_within_bounds_are_connected() {
        internet.name(HOME, "127.0.0.1", PRIVATE, PUBLIC).at(PUBLIC, registry.url());

        assertThat(read(Remotes.at("http://" + HOME), Reach.PUBLIC)).isEqualTo(bytes);
        assertThat(internet.dialed()).containsExactly(PUBLIC);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:8080/token",
                "http://10.1.2.9/token",
                "http://169.254.169.254/latest/api/token",
                "http://inner.example.com/token",
                "http://localhost/token",
                "http://[::1]/token",
                "http://0177.0.0.1/token"
            })
    void a_realm_leads_to_no_narrower_network(String realm) {
        internet.name("inner.example.com", PRIVATE).name("localhost", "127.0.0.1");
        RawServer inner = closing(RawServer.start(asked -> Reply.json(200, "{\"token\":\"inner\"}")));
        for (String address : new String[] {"127.0.0.1", "10.1.2.9", "169.254.169.254", PRIVATE, "::1"}) {
            internet.at(address, inner);
        }
        Remotes remote = home(PUBLIC);
        registry.demandTokensOf(realm);

        assertThatThrownBy(() -> read(remote, Reach.ANY))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("address and is not asked");
        assertThat(inner.requests()).isEmpty();
        assertThat(registry.requests()).hasSize(1);
    }

    @Test
    void a_realm_does_not_redirect_inwards() {
        RawServer inner = closing(RawServer.start(asked -> Reply.json(200, "{\"token\":\"inner\"}")));
        RawServer far = closing(RawServer.start(asked -> Reply.redirect(307, "http://" + PRIVATE + "/token")));
        Remotes remote = home("10.1.2.4");
        internet.at(PUBLIC, far).at(PRIVATE, inner);
        registry.demandTokensOf("http://" + PUBLIC + "/token");

        assertThatThrownBy(() -> read(remote, Reach.ANY)).isInstanceOf(Refused.class);
        assertThat(inner.requests()).isEmpty();
    }

    @Test
    void refusals_leave_connections_for_others() {
        Remotes remote = home(PUBLIC).downloadConcurrency(1);
        Upstream upstream = open(remote, Reach.ANY, internet.way());
        registry.fault("blobs", 20, reply -> Reply.redirect(307, "http://127.0.0.1/"));
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> upstream.blob(blob, 0)).isInstanceOf(Refused.class);
        }

        assertThat(upstream.tags()).isEmpty();
    }

    @ParameterizedTest(name = "{0} allows a proxy at {1}: {2}")
    @CsvSource({
        "PUBLIC, 10.1.2.3, false",
        "PUBLIC, 203.0.113.1, true",
        "PRIVATE, 10.1.2.3, true",
        "ANY, 169.254.1.1, false"
    })
    void a_proxy_is_bounded_as_the_upstream_is(Reach reach, String address, boolean allowed) {
        TestProxy proxy = closing(TestProxy.start());
        internet.name("proxy.example.com", address).at(address, proxy.url());
        Remotes remote = Remotes.at("http://unknown.invalid")
                .proxy("http://proxy.example.com:3128")
                .maxRetries(0);

        assertThatThrownBy(() -> open(remote, reach, internet.way()).tags())
                .hasMessageContaining(allowed ? "status 502" : "address and is not asked");
        assertThat(internet.dialed()).hasSize(allowed ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:1/",
                "http://127.0.0.1:1/",
                "http://10.1.2.3/",
                "http://[::ffff:7f00:1]/",
                "http://[fe80::1]/",
                "http://0177.0.0.1/"
            })
    void behind_a_proxy_what_is_written_as_an_address_is_looked_at(String location) {
        RawServer answering = closing(RawServer.start(asked -> Reply.redirect(307, location)));
        internet.name("proxy.example.com", PRIVATE).at(PRIVATE, answering);
        Remotes remote = Remotes.at("http://" + HOME).proxy("http://proxy.example.com:3128");

        assertThatThrownBy(() -> read(remote, Reach.ANY))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("address and is not asked");
        assertThat(answering.requests()).hasSize(1);
        assertThat(internet.asked()).containsExactly("proxy.example.com");
    }

    @Test
    void behind_a_proxy_names_are_the_proxys_to_resolve() {
        RawServer proxy = closing(RawServer.start(asked -> asked.target().startsWith("http://inner.example.com/")
                ? Reply.of(200, bytes)
                : Reply.redirect(307, "http://inner.example.com/x")));
        internet.name("proxy.example.com", PRIVATE).at(PRIVATE, proxy);

        assertThat(read(Remotes.at("http://" + HOME).proxy("http://proxy.example.com:3128"), Reach.ANY))
                .isEqualTo(bytes);
        assertThat(internet.asked()).containsOnly("proxy.example.com");
        assertThatThrownBy(() ->
                        read(Remotes.at("http://127.0.0.1:5000").proxy("http://proxy.example.com:3128"), Reach.PRIVATE))
                .isInstanceOf(Refused.class);
    }
}
