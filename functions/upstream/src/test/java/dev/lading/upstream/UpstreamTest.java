package dev.lading.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.Tag;
import dev.lading.testing.Bytes;
import dev.lading.testing.Images;
import dev.lading.testing.Reply;
import dev.lading.upstream.transport.UpstreamException.InvalidAnswer;
import dev.lading.upstream.transport.UpstreamException.NotFound;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Reads from an upstream that behaves correctly. */
class UpstreamTest extends Fixture {
    @Test
    void tags_are_read_in_one_request() {
        image("1", "2", "latest");

        assertThat(open().tags().map(Tag::value)).containsExactly("1", "2", "latest");
        assertThat(registry.requests()).containsExactly("GET /v2/library/app/tags/list?n=1000");
    }

    @Test
    void tags_are_read_page_by_page() {
        IntStream.range(0, 25).forEach(i -> image("v%02d".formatted(i)));
        registry.pageSize(10);
        Upstream upstream = open();

        assertThat(upstream.tags()).hasSize(25);
        assertThat(registry.requests())
                .containsExactly(
                        "GET /v2/library/app/tags/list?n=1000",
                        "GET /v2/library/app/tags/list?last=v09&n=10",
                        "GET /v2/library/app/tags/list?last=v19&n=10");
        registry.forgetRequests();
        assertThat(upstream.tags().limit(3)).hasSize(3);
        assertThat(registry.requests()).hasSize(1);
    }

    @Test
    void a_page_is_small_where_large_ones_are_refused() {
        image("1");
        registry.fault("n=1000", reply -> Reply.error(400, "PAGINATION_NUMBER_INVALID"));

        assertThat(open(remote().downloadConcurrency(1)).tags()).hasSize(1);
    }

    @Test
    void the_link_of_a_page_may_name_an_address_that_leads_nowhere() {
        image("1", "2");
        registry.pageSize(1);
        registry.fault(
                "tags/list\\?n",
                reply -> reply.without("Link")
                        .with(
                                "Link",
                                "<http://registry.internal:5000/v2/app/tags/list?last=1&n=1>; rel=next; title=\"a, b\""));

        assertThat(open().tags()).hasSize(2);
    }

    @Test
    void a_list_that_changes_while_it_is_read_gives_each_tag_once() {
        image("1", "2", "3", "4");
        registry.pageSize(2);
        registry.fault(
                "last=2",
                1,
                reply -> Reply.json(200, "{\"tags\":[\"2\",\"3\"]}")
                        .with("Link", "</v2/library/app/tags/list?last=3&n=2>; rel=\"next\""));

        assertThat(open().tags().map(Tag::value)).containsExactly("1", "2", "3", "4");
    }

    @Test
    void a_list_that_leads_in_a_circle_is_refused() {
        image("1", "2");
        registry.pageSize(1);
        registry.fault("last=1", reply -> reply.with("Link", "</v2/library/app/tags/list?last=1&n=1>; rel=\"next\""));

        assertThatThrownBy(() -> open().tags().forEach(tag -> {}))
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining("leads through a list of library/app in a circle");
    }

    @Test
    void a_repository_may_have_no_tags() {
        assertThat(open().tags()).isEmpty();
        registry.fault("tags", reply -> Reply.json(200, "{\"name\":\"app\",\"tags\":null}"));
        assertThat(open().tags()).isEmpty();
    }

    @Test
    void a_repository_that_is_not_there_is_named() {
        assertThatThrownBy(() -> open(remote().upstreamName("other")).tags())
                .isInstanceOf(NotFound.class)
                .hasMessage(registry.authority() + " does not have the tag list of other (404 NAME_UNKNOWN);"
                        + " check the remote's url and the repository's name");
    }

    @Test
    void head_tells_what_a_tag_is() {
        Digest digest = image("1");
        Upstream upstream = open();

        Descriptor descriptor = upstream.head(tag("1")).orElseThrow();

        assertThat(descriptor.digest()).isEqualTo(digest);
        assertThat(descriptor.mediaType()).isEqualTo(MediaType.OCI_MANIFEST);
        assertThat(descriptor.sizeBytes()).isEqualTo(upstream.get(tag("1")).bytes().length);
        assertThat(upstream.head(tag("2"))).isEmpty();
        assertThat(registry.asked().getFirst().header("accept"))
                .contains("application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json,"
                        + " application/vnd.docker.distribution.manifest.list.v2+json,"
                        + " application/vnd.docker.distribution.manifest.v2+json,"
                        + " application/vnd.oci.artifact.manifest.v1+json");
    }

    @Test
    void a_manifest_is_got_by_tag_and_by_digest() {
        byte[] bytes = Images.index(List.of(), "index");
        Digest digest = registry.manifest(bytes, "1");
        Upstream upstream = open();

        assertThat(upstream.get(tag("1")).bytes()).isEqualTo(bytes);
        assertThat(upstream.get(digest(digest)).descriptor())
                .isEqualTo(upstream.get(tag("1")).descriptor());
        assertThat(upstream.get(tag("1")).manifest().orElseThrow().mediaType()).isEqualTo(MediaType.OCI_INDEX);
        assertThatThrownBy(() -> upstream.get(tag("2")))
                .isInstanceOf(NotFound.class)
                .hasMessageContaining("does not have manifest library/app:2 (404 MANIFEST_UNKNOWN)");
    }

    @Test
    void a_blob_is_read_from_any_offset() throws Exception {
        byte[] bytes = Bytes.random(100_000);
        Digest digest = registry.blob(bytes);
        Upstream upstream = open();

        try (BlobBody whole = upstream.blob(digest, 0);
                BlobBody rest = upstream.blob(digest, 99_000);
                BlobBody nothing = upstream.blob(digest, 100_000)) {
            assertThat(whole.startsAt()).isZero();
            assertThat(whole.totalBytes()).hasValue(100_000);
            assertThat(whole.readAllBytes()).isEqualTo(bytes);
            assertThat(rest.startsAt()).isEqualTo(99_000);
            assertThat(rest.totalBytes()).hasValue(100_000);
            assertThat(rest.readAllBytes()).hasSize(1000).endsWith(bytes[99_999]);
            assertThat(nothing.startsAt()).isEqualTo(100_000);
            assertThat(nothing.readAllBytes()).isEmpty();
        }
        assertThatThrownBy(() -> upstream.blob(digest, 100_001)).isInstanceOf(InvalidAnswer.class);
        Digest missing = Digest.of(Digest.SHA256, new byte[0]);
        assertThatThrownBy(() -> upstream.blob(missing, 0))
                .isInstanceOf(NotFound.class)
                .hasMessageContaining(missing.toString());
    }

    @Test
    void referrers_are_listed() {
        Digest subject = image("1");
        Digest signature = registry.manifest(Images.referrer(registry.blob(Bytes.random(10)), subject, "signature"));
        Upstream upstream = open();

        assertThat(upstream.referrers(subject).orElseThrow().stream().map(Descriptor::digest))
                .containsExactly(signature);
        assertThat(upstream.referrers(signature)).contains(List.of());
    }

    @Test
    void one_answer_shows_that_an_upstream_has_no_referrers() {
        Digest subject = image("1");
        registry.withoutReferrers();
        Upstream upstream = open();

        assertThat(upstream.referrers(subject)).isEmpty();
        assertThat(upstream.referrers(image("2"))).isEmpty();
        assertThat(registry.requests()).hasSize(1);
    }

    @Test
    void a_web_page_shows_that_an_upstream_has_no_referrers() {
        registry.fault("referrers", reply -> Reply.of(200, "<html>").with("Content-Type", "text/html; charset=utf-8"));

        assertThat(open().referrers(image("1"))).isEmpty();
    }

    @Test
    void unchanged_tags_cost_a_request_each_one_for_the_list_and_one_for_referrers() {
        for (int i = 0; i < 20; i++) {
            image("v" + i);
        }
        registry.withoutReferrers();
        Upstream upstream = open();

        upstream.tags().toList().forEach(tag -> upstream.head(tag(tag.value())));
        upstream.referrers(image("last"));

        assertThat(registry.requests()).hasSize(22);
    }

    @Test
    void what_the_upstream_says_of_its_limits_is_told() {
        image("1");
        registry.fault(
                "manifests",
                reply -> reply.with("RateLimit-Limit", "100;w=21600").with("RateLimit-Remaining", "76;w=21600"));
        Upstream upstream = open();

        assertThat(upstream.rateLimit().limit()).isEmpty();
        upstream.head(tag("1"));
        assertThat(upstream.tags()).hasSize(1);

        assertThat(upstream.rateLimit().limit()).hasValue(100);
        assertThat(upstream.rateLimit().remaining()).hasValue(76);
        assertThat(upstream.rateLimit().window()).hasHours(6);
    }

    @Test
    void the_remotes_headers_are_sent() {
        image("1");
        open(remote().header("X-Team", "tests").header("User-Agent", "mirror")).head(tag("1"));

        assertThat(registry.asked().getFirst().header("x-team")).contains("tests");
        assertThat(registry.asked().getFirst().header("user-agent")).contains("mirror");
    }

    @Test
    void an_upstream_is_called_by_its_repository() {
        assertThat(open(remote().login("me", "secret"))).hasToString(registry.authority() + "/library/app");
    }
}
