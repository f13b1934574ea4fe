package dev.lading.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.oci.Digest;
import dev.lading.testing.Asked;
import dev.lading.testing.Bytes;
import dev.lading.testing.RawServer;
import dev.lading.testing.Remotes;
import dev.lading.testing.Reply;
import dev.lading.upstream.transport.Reach;
import dev.lading.upstream.transport.UpstreamException.InvalidAnswer;
import dev.lading.upstream.transport.UpstreamException.Refused;
import dev.lading.upstream.transport.UpstreamException.Unreachable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs that are served from another place. */
class RedirectTest extends Fixture {
    private final byte[] bytes = Bytes.random(100_000);
    private final Digest blob = registry.blob(bytes);
    private final RawServer storage = closing(RawServer.start(this::stored));

    private Reply stored(Asked asked) {
        int from = asked.header("range")
                .map(range -> Integer.parseInt(range.replaceAll("[^0-9]", "")))
                .orElse(0);
        byte[] rest = Arrays.copyOfRange(bytes, from, bytes.length);
        return from == 0
                ? Reply.of(200, bytes)
                : Reply.of(206, rest).with("Content-Range", "bytes " + from + "-99999/100000");
    }

    private byte[] read(Remotes remote, long from) {
        try (BlobBody body = open(remote).blob(blob, from)) {
            return body.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError("not thrown by a BlobBody", e);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void a_blob_is_read_where_the_upstream_says(int status) {
        registry.fault("blobs", reply -> Reply.redirect(status, storage.url() + "/bucket/key?X-Signature=a%2Fb%3D"));

        assertThat(read(remote(), 0)).isEqualTo(bytes);
        assertThat(read(remote(), 90_000)).hasSize(10_000);
        assertThat(storage.requests().getFirst()).hasToString("GET /bucket/key?X-Signature=a%2Fb%3D");
    }

    @Test
    void another_host_sees_neither_credentials_nor_the_remotes_headers() {
        registry.demandPassword("me", "secret");
        registry.fault("blobs", 1, reply -> reply);
        registry.fault("blobs", reply -> Reply.redirect(307, storage.url() + "/key"));

        assertThat(read(remote().login("me", "secret").header("X-JFrog-Art-Api", "k"), 0))
                .isEqualTo(bytes);

        assertThat(registry.asked().getLast().header("authorization")).isPresent();
        assertThat(registry.asked().getLast().header("x-jfrog-art-api")).contains("k");
        assertThat(storage.requests()).hasSize(1);
        assertThat(storage.requests().getFirst().headers().keySet())
                .doesNotContain("authorization", "x-jfrog-art-api", "cookie");
    }

    @Test
    void the_same_host_sees_them_again() {
        registry.demandPassword("me", "secret");
        registry.fault("blobs", 1, reply -> reply);
        registry.fault(
                "blobs/sha256:[0-9a-f]+$",
                reply -> Reply.redirect(308, registry.asked().getLast().target() + "?moved"));

        assertThat(read(remote().login("me", "secret"), 0)).isEqualTo(bytes);
    }

    @Test
    void coming_back_from_another_host_brings_no_credentials() {
        registry.demandPassword("me", "secret");
        registry.fault("blobs", 1, reply -> reply);
        registry.fault("blobs/sha256:[0-9a-f]+$", reply -> Reply.redirect(307, other().url()));

        assertThatThrownBy(() -> read(remote().login("me", "secret"), 0)).isInstanceOf(Refused.class);
        assertThat(registry.asked().getLast().header("authorization")).isEmpty();
    }

    private RawServer other() {
        return closing(RawServer.start(
                asked -> Reply.redirect(307, registry.url() + "/v2/library/app/blobs/" + blob + "?back")));
    }

    @Test
    void after_a_break_the_upstream_is_asked_anew_for_the_address() {
        registry.fault("blobs", 1, reply -> Reply.redirect(307, cutting().url() + "/old"));
        registry.fault("blobs", reply -> Reply.redirect(307, storage.url() + "/new"));

        assertThat(read(remote(), 0)).isEqualTo(bytes);
        assertThat(storage.requests()).hasSize(1);
        assertThat(storage.requests().getFirst().header("range")).contains("bytes=50000-");
    }

    private RawServer cutting() {
        return closing(RawServer.start(asked -> Reply.of(200, bytes).cutAfter(50_000)));
    }

    @Test
    void a_circle_is_seen() {
        registry.fault("blobs", reply -> Reply.redirect(307, "/v2/library/app/blobs/" + blob));

        assertThatThrownBy(() -> read(remote(), 0))
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining("redirects the request for blob " + blob + " of library/app (307) in a circle");
        assertThat(registry.requests()).hasSize(1);
    }

    @Test
    void a_way_without_end_is_left() {
        registry.fault(
                "blobs", reply -> Reply.redirect(307, "?" + registry.requests().size()));

        assertThatThrownBy(() -> read(remote(), 0))
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining("more than 10 times");
        assertThat(registry.requests()).hasSize(11);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "gopher://127.0.0.1/",
                "http://",
                "http://[",
                "http://:80/",
                "http://a b/",
                "http://127.0.0.1:99999/",
                "mailto:a@b"
            })
    void what_is_no_address_of_a_host_leads_nowhere(String location) {
        registry.fault("blobs", reply -> Reply.redirect(307, location));

        assertThatThrownBy(() -> read(remote(), 0))
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining("to no address");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '\0',
            value = {
                "/key?name=a_b /key?name=a%20b",
                "/a|b?c|d=\"e\" /a%7Cb?c%7Cd=%22e%22",
                "/{a}?b^c=[d]&e=<f>\\g`h /%7Ba%7D?b%5Ec=[d]&e=%3Cf%3E%5Cg%60h",
                "/50%?a=%zz&b=%2f /50%25?a=%25zz&b=%2f",
                "/plain#part /plain",
            })
    void what_an_address_should_have_escaped_is_escaped(String location, String target) {
        registry.fault("blobs", reply -> Reply.redirect(307, storage.url() + location.replace('_', ' ')));

        assertThat(read(remote(), 0)).isEqualTo(bytes);
        assertThat(storage.requests().getFirst().target()).isEqualTo(target);
    }

    @Test
    void what_is_not_ascii_is_escaped_byte_by_byte() {
        String onTheWire = new String("/schlüssel?a=é".getBytes(UTF_8), ISO_8859_1);
        registry.fault("blobs", reply -> Reply.redirect(307, storage.url() + onTheWire));

        assertThat(read(remote(), 0)).isEqualTo(bytes);
        assertThat(storage.requests().getFirst().target()).isEqualTo("/schl%C3%BCssel?a=%C3%A9");
    }

    @Test
    void a_redirect_without_a_scheme_keeps_it() {
        registry.fault(
                "blobs",
                reply -> Reply.redirect(307, "//user@" + storage.authority().toUpperCase(Locale.ROOT) + "/key"));

        assertThat(read(remote(), 0)).isEqualTo(bytes);
        assertThat(storage.requests().getFirst().header("host")).contains(storage.authority());
        assertThat(storage.requests().getFirst().header("authorization")).isEmpty();
    }

    @Test
    void a_host_with_an_underscore_is_asked_as_any_other() {
        var internet = new PretendedInternet()
                .name("my_registry", "203.0.113.1")
                .at("203.0.113.1", registry.url())
                .name("my_storage", "203.0.113.2")
                .at("203.0.113.2", storage);
        registry.fault("blobs", reply -> Reply.redirect(307, "http://my_storage:81/key"));

        try (BlobBody body = open(Remotes.at("http://my_registry:5000"), Reach.PUBLIC, internet.way())
                .blob(blob, 0)) {
            assertThat(body.readAllBytes()).isEqualTo(bytes);
        } catch (IOException e) {
            throw new AssertionError("not thrown by a BlobBody", e);
        }
        assertThat(registry.asked().getFirst().header("host")).contains("my_registry:5000");
        assertThat(storage.requests().getFirst().header("host")).contains("my_storage:81");
    }

    @Test
    void a_redirect_without_location_leads_nowhere() {
        registry.fault("blobs", reply -> Reply.of(302));

        assertThatThrownBy(() -> read(remote(), 0)).isInstanceOf(InvalidAnswer.class);
    }

    @Test
    void what_the_storage_refuses_is_said_without_its_signature() {
        RawServer strict = closing(RawServer.start(asked -> Reply.of(403, "<Code>AccessDenied</Code>")));
        registry.fault("blobs", reply -> Reply.redirect(307, strict.url() + "/key?X-Amz-Signature=5ecre7"));

        assertThatThrownBy(() -> read(remote(), 0))
                .isInstanceOf(Refused.class)
                .hasMessageContaining(strict.authority() + " refuses blob " + blob)
                .hasMessageContaining(registry.authority() + " redirects there, and no credentials go along")
                .hasMessageNotContaining("5ecre7");
    }

    @Test
    void a_storage_that_is_not_there_is_named() {
        storage.close();
        registry.fault("blobs", reply -> Reply.redirect(307, storage.url() + "/key"));

        assertThatThrownBy(() -> read(remote().maxRetries(0), 0))
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining("no answer from " + storage.authority());
    }
}
