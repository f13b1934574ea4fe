package dev.lading.upstream.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.MediaType;
import dev.lading.oci.Tag;
import dev.lading.testing.Reply;
import dev.lading.upstream.Fetched;
import dev.lading.upstream.Fixture;
import dev.lading.upstream.Upstream;
import dev.lading.upstream.transport.UpstreamException.InvalidAnswer;
import dev.lading.upstream.transport.UpstreamException.Unreachable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are wrong. */
class AnswerTest extends Fixture {
    private final Digest image = image("1");
    private final Digest other = image("2");

    @Test
    void a_manifest_whose_bytes_have_another_digest_is_refused_and_both_are_named() {
        registry.fault("manifests", Reply::corrupted);

        assertThatThrownBy(() -> open().get(tag("1")))
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining("manifest library/app:1")
                .hasMessageContaining(image.toString());
        assertThatThrownBy(() -> open().get(digest(image)))
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining("its bytes have the digest sha256:")
                .hasMessageContaining("not " + image);
        assertThat(registry.requests()).hasSize(2);
    }

    @Test
    void an_upstream_that_lies_about_a_digest_is_refused() {
        registry.fault(
                "manifests",
                reply -> reply.without("Docker-Content-Digest").with("Docker-Content-Digest", other.toString()));

        assertThatThrownBy(() -> open().get(tag("1"))).isInstanceOf(InvalidAnswer.class);
        assertThatThrownBy(() -> open().get(digest(image)))
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining("it says the digest is " + other);
        assertThatThrownBy(() -> open().head(digest(image))).isInstanceOf(InvalidAnswer.class);
    }

    @Test
    void a_digest_that_is_none_is_refused() {
        registry.fault(
                "manifests", reply -> reply.without("Docker-Content-Digest").with("Docker-Content-Digest", "md5:1234"));

        assertThatThrownBy(() -> open().head(tag("1")))
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining("'md5:1234' is not a digest");
    }

    @Test
    void a_digest_that_is_not_said_is_made_of_the_bytes() {
        registry.fault("manifests", reply -> reply.without("Docker-Content-Digest"));
        Upstream upstream = open();

        assertThat(upstream.head(tag("1")).orElseThrow().digest()).isEqualTo(image);
        assertThat(upstream.head(tag("2")).orElseThrow().digest()).isEqualTo(other);
        assertThat(upstream.head(tag("3"))).isEmpty();
        assertThat(registry.requests())
                .containsExactly(
                        "HEAD /v2/library/app/manifests/1",
                        "GET /v2/library/app/manifests/1",
                        "GET /v2/library/app/manifests/2",
                        "GET /v2/library/app/manifests/3");
    }

    @ParameterizedTest
    @ValueSource(ints = {405, 501})
    void an_upstream_without_head_is_asked_with_get(int status) {
        registry.fault("HEAD", reply -> Reply.of(status));

        assertThat(open().head(tag("1")).orElseThrow().digest()).isEqualTo(image);
    }

    @Test
    void a_sha512_digest_is_verified_as_such() {
        byte[] bytes = open().get(tag("1")).bytes();
        Digest long512 = Digest.of(Digest.SHA512, bytes);
        registry.fault(
                "manifests",
                reply -> reply.without("Docker-Content-Digest").with("Docker-Content-Digest", long512.toString()));

        assertThat(open().get(tag("1")).descriptor().digest()).isEqualTo(long512);
        assertThat(open().get(digest(image)).descriptor().digest()).isEqualTo(image);
    }

    @Test
    void a_manifest_may_have_4_mib_and_no_byte_more() {
        byte[] largest = new byte[Manifest.MAX_BYTES];
        registry.fault("manifests/1", reply -> Reply.of(200, largest));
        registry.fault("manifests/2", reply -> Reply.of(200, new byte[Manifest.MAX_BYTES + 1]));
        registry.fault(
                "manifests/3",
                reply -> Reply.of(200, new byte[Manifest.MAX_BYTES + 1]).chunked());

        assertThat(open().get(tag("1")).bytes()).hasSize(Manifest.MAX_BYTES);
        for (String tag : List.of("2", "3")) {
            assertThatThrownBy(() -> open().get(tag(tag)))
                    .isInstanceOf(InvalidAnswer.class)
                    .hasMessageContaining("it has more than 4194304 bytes");
        }
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void a_manifest_without_end_is_refused() {
        registry.fault(
                "GET.*manifests", reply -> Reply.of(200, new byte[100_000]).endless());

        assertThatThrownBy(() -> open().get(tag("1"))).hasMessageContaining("it has more than 4194304 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/vnd.oci.image.manifest.v1+json; charset=utf-8",
                "Application/Vnd.OCI.Image.Manifest.V1+JSON",
                "application/json",
                "text/plain; charset=utf-8"
            })
    void a_manifest_is_what_its_type_or_else_its_document_says(String type) {
        registry.fault("manifests", reply -> reply.without("Content-Type").with("Content-Type", type));

        assertThat(open().head(tag("1")).orElseThrow().mediaType()).isEqualTo(MediaType.OCI_MANIFEST);
        assertThat(open().get(tag("1")).descriptor().mediaType()).isEqualTo(MediaType.OCI_MANIFEST);
    }

    @Test
    void a_type_that_contradicts_the_document_is_refused() {
        registry.fault(
                "manifests",
                reply -> reply.without("Content-Type").with("Content-Type", MediaType.DOCKER_MANIFEST.value()));

        assertThatThrownBy(() -> open().get(tag("1"))).isInstanceOf(InvalidAnswer.class);
    }

    @Test
    void a_manifest_of_a_type_that_is_not_kept_is_given_without_being_read() {
        byte[] document = "{\"schemaVersion\":1}".getBytes(StandardCharsets.UTF_8);
        Digest digest = Digest.of(Digest.SHA256, document);
        var schema1 = new MediaType("application/vnd.docker.distribution.manifest.v1+prettyjws");
        registry.fault(
                "manifests/1",
                reply -> Reply.of(200, document)
                        .with("Content-Type", schema1.value())
                        .with("Docker-Content-Digest", digest.toString()));
        Upstream upstream = open();

        assertThat(upstream.get(tag("1")).manifest()).isEmpty();
        assertThat(upstream.get(tag("1")).descriptor().mediaType()).isEqualTo(schema1);
        assertThat(upstream.head(tag("1")).orElseThrow().mediaType()).isEqualTo(schema1);
        assertThat(upstream.head(tag("2"))).isPresent();
        assertThat(registry.requests()).endsWith("HEAD /v2/library/app/manifests/2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>",
                "[]",
                "{\"tags\":[{}]}",
                "{\"tags\":[1]}",
                "{\"tags\":[null]}",
                "",
                "{\"tags\":[\"1\"",
                "{}",
                "{\"name\":\"library/app\"}",
                "{\"Tags\":[\"1\"]}",
                "{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}"
            })
    void a_tag_list_that_is_none_is_refused(String document) {
        registry.fault("tags", reply -> Reply.of(200, document));

        assertThatThrownBy(() -> open().tags())
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining("tag list of library/app wrongly");
    }

    @Test
    void names_that_are_no_tags_are_passed_over_and_named() {
        String digest = "sha256:" + "0".repeat(64);
        registry.fault(
                "tags",
                reply -> Reply.json(
                        200,
                        "{\"tags\":[\"" + digest + "\",\"1.0+build\",\"\",\"1\",\".hidden\",\"" + "x".repeat(129)
                                + "\"]}"));
        List<String> others = new ArrayList<>();

        assertThat(open().tags(others::add)).containsExactly(new Tag("1"));
        assertThat(others).containsExactly(digest, "1.0+build", "", ".hidden", "x".repeat(129));
    }

    @Test
    void what_head_denies_get_has_to_confirm() {
        registry.fault("HEAD", reply -> Reply.of(404));
        Upstream upstream = open();

        assertThat(upstream.head(tag("3"))).isEmpty();
        assertThat(upstream.head(tag("1")).orElseThrow().digest()).isEqualTo(image);
        assertThat(upstream.head(tag("2")).orElseThrow().digest()).isEqualTo(other);
        assertThat(registry.requests())
                .containsExactly(
                        "HEAD /v2/library/app/manifests/3",
                        "GET /v2/library/app/manifests/3",
                        "HEAD /v2/library/app/manifests/1",
                        "GET /v2/library/app/manifests/1",
                        "GET /v2/library/app/manifests/2");
    }

    @Test
    void of_a_manifest_that_cannot_be_the_digest_and_the_reason_are_told() {
        byte[] document = ("{\"schemaVersion\":2,\"config\":{\"mediaType\":\"a/b\",\"size\":1,\"digest\":\"sha256:"
                        + "A".repeat(64) + "\"},\"layers\":[]}")
                .getBytes(StandardCharsets.UTF_8);
        registry.fault(
                "manifests/1", reply -> Reply.of(200, document).with("Content-Type", MediaType.OCI_MANIFEST.value()));

        assertThatThrownBy(() -> open().get(tag("1")))
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining("manifest library/app:1")
                .hasMessageContaining(Digest.of(Digest.SHA256, document).toString())
                .hasMessageContaining("AAAA");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/vnd.docker.distribution.manifest.v1+json      | {\"schemaVersion\":1}  | schema 1",
                "application/vnd.docker.distribution.manifest.v1+prettyjws | {\"schemaVersion\":1}  | schema 1",
                "application/json                                          | {\"schemaVersion\":1}  | schema 1",
                "application/vnd.oci.image.manifest.v1+json                | {\"schemaVersion\":1}  | schema 1",
                "application/vnd.example.manifest+json                     | {\"schemaVersion\":2}  | of type application/vnd.example.manifest+json",
                "application/json                                          | {\"errors\":[]}        | ",
                "text/html                                                 | <html>                 | ",
            })
    void what_is_not_kept_has_a_name(String type, String document, String what) {
        // The digest of a signed one is not that of its bytes.
        String digest = document.contains("1") ? image.toString() : "";
        registry.fault(
                "manifests/1",
                reply -> digest.isEmpty()
                        ? Reply.of(200, document).with("Content-Type", type)
                        : Reply.of(200, document).with("Content-Type", type).with("Docker-Content-Digest", digest));

        Fetched fetched = open().get(tag("1"));

        assertThat(fetched.manifest()).isEmpty();
        assertThat(fetched.notKept().orElse("")).startsWith(what == null ? "" : what);
        assertThat(fetched.notKept().isPresent()).isEqualTo(what != null);
    }

    @Test
    void a_link_that_is_no_address_is_refused() {
        registry.fault("tags", reply -> reply.with("Link", "</v2/x/tags/list?last=a b\u00ff{}>; rel=\"next\""));

        assertThatThrownBy(() -> open().tags().forEach(tag -> {})).isInstanceOf(InvalidAnswer.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"manifests\":[{\"mediaType\":\"a/b\",\"digest\":\"sha256:1\",\"size\":1}]}",
                "{\"manifests\":[{\"mediaType\":\"a/b\"}]}",
                "{\"manifests\":[1]}",
                "{\"manifests\":"
            })
    void referrers_that_are_none_are_refused(String document) {
        registry.fault("referrers", reply -> Reply.of(200, document).with("Content-Type", MediaType.OCI_INDEX.value()));

        assertThatThrownBy(() -> open().referrers(image)).isInstanceOf(InvalidAnswer.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 402, 418, 505})
    void other_statuses_are_of_no_use(int status) {
        registry.fault("library", reply -> Reply.of(status));

        assertThatThrownBy(() -> open().tags())
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining("with status " + status);
        assertThatThrownBy(() -> open().head(tag("1"))).isInstanceOf(InvalidAnswer.class);
        assertThatThrownBy(() -> open().get(tag("1"))).isInstanceOf(InvalidAnswer.class);
        assertThatThrownBy(() -> open().blob(image, 0)).isInstanceOf(InvalidAnswer.class);
    }

    @Test
    void of_an_error_document_the_code_alone_is_repeated() {
        registry.fault(
                "tags",
                reply -> Reply.json(
                        403,
                        "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"you sent Bearer s3cr37\",\"detail\":\"s3cr37\"}]}"));

        assertThatThrownBy(() -> open().tags())
                .hasMessageContaining("(403 DENIED)")
                .hasMessageNotContaining("s3cr37");
    }

    @Test
    void a_head_without_end_is_refused() {
        registry.fault("tags", reply -> reply.with("X-Long", "x".repeat(70_000)));

        assertThatThrownBy(() -> open(remote().maxRetries(0)).tags()).isInstanceOf(Unreachable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"18446744073709551615", "-1", "many"})
    void a_length_that_is_none_is_refused(String length) {
        registry.fault("HEAD", reply -> reply.with("Content-Length", length));

        assertThatThrownBy(() -> open(remote().maxRetries(0)).head(tag("1"))).isInstanceOf(Unreachable.class);
    }
}
