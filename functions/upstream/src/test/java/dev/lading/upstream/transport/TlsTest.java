package dev.lading.upstream.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.testing.Bytes;
import dev.lading.testing.FaultyUpstream;
import dev.lading.testing.RawServer;
import dev.lading.testing.Remotes;
import dev.lading.testing.Reply;
import dev.lading.testing.TestAuthority;
import dev.lading.testing.TestAuthority.Identity;
import dev.lading.upstream.BlobBody;
import dev.lading.upstream.Fixture;
import dev.lading.upstream.transport.UpstreamException.InvalidAnswer;
import dev.lading.upstream.transport.UpstreamException.Refused;
import dev.lading.upstream.transport.UpstreamException.Unreachable;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams behind TLS. */
class TlsTest extends Fixture {
    private static final TestAuthority AUTHORITY = new TestAuthority();

    private final byte[] bytes = Bytes.random(100_000);

    private FaultyUpstream secure(boolean demandsCertificate) {
        return closing(FaultyUpstream.startTls(AUTHORITY.server(), demandsCertificate));
    }

    private static String pkcs8(KeyPair keys) {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    @Test
    void an_authority_of_its_own_is_trusted() throws Exception {
        FaultyUpstream upstream = secure(false);
        Digest blob = upstream.blob(bytes);

        try (BlobBody body =
                open(Remotes.at(upstream.url()).caCert(AUTHORITY.pem())).blob(blob, 0)) {
            assertThat(body.readAllBytes()).isEqualTo(bytes);
        }
    }

    @Test
    void one_authority_of_several_is_enough() {
        String authorities = new TestAuthority().pem() + AUTHORITY.pem();

        assertThat(open(Remotes.at(secure(false).url()).caCert(authorities)).tags())
                .isEmpty();
    }

    @Test
    void an_unknown_authority_is_refused_at_once() {
        FaultyUpstream upstream = secure(false);

        for (Remotes remote : new Remotes[] {
            Remotes.at(upstream.url()), Remotes.at(upstream.url()).caCert(new TestAuthority().pem())
        }) {
            assertThatThrownBy(() -> open(remote).tags())
                    .isInstanceOf(Unreachable.class)
                    .hasMessageContaining(upstream.authority())
                    .hasMessageContaining("check ca_cert, client_cert and tls_validation");
        }
        assertThat(waits).isEmpty();
    }

    @Test
    void a_certificate_for_another_host_is_refused() {
        FaultyUpstream upstream = closing(FaultyUpstream.startTls(AUTHORITY.server("127.0.0.2"), false));

        assertThatThrownBy(() ->
                        open(Remotes.at(upstream.url()).caCert(AUTHORITY.pem())).tags())
                .isInstanceOf(Unreachable.class);
    }

    @Test
    void without_validation_every_certificate_is_taken() {
        FaultyUpstream upstream = closing(FaultyUpstream.startTls(AUTHORITY.server("127.0.0.2"), false));

        assertThat(open(Remotes.at(upstream.url()).withoutTlsValidation()).tags())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"EC, 256", "EC, 384", "RSA, 2048"})
    void a_client_certificate_is_shown(String algorithm, int bits) {
        FaultyUpstream upstream = secure(true);
        Identity client = AUTHORITY.client(algorithm, bits);
        Remotes remote = Remotes.at(upstream.url()).caCert(AUTHORITY.pem());

        assertThat(open(remote.client(client.certificatePem(), client.keyPem())).tags())
                .isEmpty();
    }

    @Test
    void an_upstream_that_demands_a_certificate_says_so() {
        FaultyUpstream upstream = secure(true);

        assertThatThrownBy(() -> open(Remotes.at(upstream.url())
                                .caCert(AUTHORITY.pem())
                                .maxRetries(0))
                        .tags())
                .isInstanceOf(Unreachable.class);
    }

    @Test
    void where_it_redirects_no_certificate_is_shown() {
        FaultyUpstream upstream = secure(true);
        Digest blob = upstream.blob(bytes);
        RawServer storage = closing(RawServer.startTls(AUTHORITY.server(), true, asked -> Reply.of(200, bytes)));
        upstream.fault("blobs", reply -> Reply.redirect(307, storage.url().replace("127.0.0.1", "localhost") + "/key"));
        Identity client = AUTHORITY.client("EC", 256);

        assertThatThrownBy(() -> open(Remotes.at(upstream.url())
                                .withoutTlsValidation()
                                .client(client.certificatePem(), client.keyPem())
                                .maxRetries(0))
                        .blob(blob, 0))
                .isInstanceOf(Unreachable.class);
        assertThat(storage.requests()).isEmpty();
    }

    @Test
    void a_redirect_to_plain_http_is_not_followed() {
        FaultyUpstream upstream = secure(false);
        Digest blob = upstream.blob(bytes);
        upstream.fault("blobs", reply -> Reply.redirect(307, registry.url() + "/key"));

        assertThatThrownBy(() ->
                        open(Remotes.at(upstream.url()).caCert(AUTHORITY.pem())).blob(blob, 0))
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining("from https to http, at " + registry.authority());
        assertThat(registry.requests()).isEmpty();
    }

    @Test
    void a_password_is_not_sent_to_a_token_server_without_tls() {
        FaultyUpstream upstream = secure(false);
        upstream.demandTokensOf(registry.url() + "/token");
        Remotes remote = Remotes.at(upstream.url()).caCert(AUTHORITY.pem());

        assertThatThrownBy(() -> open(remote.login("me", "secret")).tags())
                .isInstanceOf(Refused.class)
                .hasMessageContaining("without TLS");
        assertThat(registry.requests()).isEmpty();
    }

    static Stream<String> keys() {
        KeyPair rsa = TestAuthority.keys("RSA", 2048);
        KeyPair ec = TestAuthority.keys("EC", 256);
        return Stream.of(
                pkcs8(rsa),
                pkcs8(ec),
                pkcs8(TestAuthority.keys("Ed25519", 255)),
                TestAuthority.keyPem(rsa.getPrivate()),
                TestAuthority.keyPem(ec.getPrivate()),
                "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                        + TestAuthority.keyPem(ec.getPrivate()));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void keys_come_in_several_formats(String pem) {
        assertThat(PrivateKeys.parse(pem).getFormat()).isEqualTo("PKCS#8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a key",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                "-----BEGIN PRIVATE KEY-----\nAAAA",
                "-----BEGIN RSA PRIVATE KEY-----\n\u0000\n-----END RSA PRIVATE KEY-----\n",
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n"
            })
    void a_key_that_cannot_be_read_is_named_by_its_field(String pem) {
        assertThatThrownBy(() -> PrivateKeys.parse(pem))
                .isInstanceOfSatisfying(
                        FieldInvalid.class, e -> assertThat(e.field()).isEqualTo("client_key"))
                .hasMessageNotContaining("AAAA");
    }

    @Test
    void a_key_must_be_there_and_fit() {
        Identity client = AUTHORITY.client("EC", 256);
        Remotes remote = Remotes.at("https://quay.io");

        for (PrivateKey other : List.of(
                AUTHORITY.client("EC", 256).key(), AUTHORITY.client("RSA", 2048).key())) {
            assertThatThrownBy(() -> open(remote.client(client.certificatePem(), TestAuthority.keyPem(other))))
                    .isInstanceOf(FieldInvalid.class)
                    .hasMessageContaining("client_key does not belong to client_cert");
        }
        assertThatThrownBy(() -> open(remote.clientCert(client.certificatePem())))
                .isInstanceOf(FieldInvalid.class)
                .hasMessageContaining("client_cert needs a client_key");
    }
}
