package dev.lading.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.oci.Digest;
import dev.lading.testing.Bytes;
import dev.lading.testing.Images;
import dev.lading.testing.Reply;
import dev.lading.upstream.transport.UpstreamException.InvalidAnswer;
import dev.lading.upstream.transport.UpstreamException.Unreachable;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Blobs whose bytes do not arrive all at once. */
class BlobBodyTest extends Fixture {
    private final byte[] bytes = Bytes.random(1_000_000);
    private final Digest blob = registry.blob(bytes);

    private byte[] read(Upstream upstream, long from) {
        try (BlobBody body = upstream.blob(blob, from)) {
            return body.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError("not thrown by a BlobBody", e);
        }
    }

    @Test
    void reading_goes_on_where_the_connection_broke() {
        registry.fault("blobs", 1, reply -> reply.resetAfter(300_000));
        registry.fault("blobs", 1, reply -> reply.cutAfter(300_000));

        assertThat(read(open(), 0)).isEqualTo(bytes);
        assertThat(registry.asked()).hasSize(3);
        assertThat(registry.asked().get(2).header("range")).contains("bytes=" + rangeAfterTwoParts() + "-");
    }

    @Test
    void an_end_before_the_likely_size_is_a_break_where_the_upstream_says_none() throws IOException {
        registry.fault("blobs", 1, reply -> reply.without("Content-Length").cutAfter(300_000));
        try (BlobBody body = open().blob(blob, 0, bytes.length)) {
            assertThat(body.readAllBytes()).isEqualTo(bytes);
        }
        assertThat(registry.asked()).hasSize(2);

        registry.fault("blobs", 1, reply -> reply.without("Content-Length").cutAfter(bytes.length));
        try (BlobBody body = open().blob(blob, 0, bytes.length + 1)) {
            assertThat(body.readAllBytes()).isEqualTo(bytes);
        }
    }

    /** Serves a range after two parts; a reset discards what was on its way. */
    private int rangeAfterTwoParts() {
        int second = Integer.parseInt(
                registry.asked().get(1).header("range").orElseThrow().replaceAll("[^0-9]", ""));
        assertThat(second).isLessThanOrEqualTo(300_000);
        return second + 300_000;
    }

    @Test
    void a_short_range_is_followed_by_the_next() {
        registry.fault(
                "blobs",
                1,
                reply -> reply.body(Arrays.copyOfRange(bytes, 900_000, 950_000))
                        .without("Content-Range")
                        .with("Content-Range", "bytes 900000-949999/1000000"));

        assertThat(read(open(), 900_000)).hasSize(100_000).endsWith(bytes[999_999]);
        assertThat(registry.asked().getLast().header("range")).contains("bytes=950000-");
    }

    @Test
    void an_upstream_without_ranges_begins_anew_and_what_was_read_is_skipped() {
        registry.fault("blobs", 1, reply -> reply.cutAfter(600_000));
        registry.fault("blobs", 1, reply -> Reply.of(200, bytes));

        assertThat(read(open(), 0)).isEqualTo(bytes);
    }

    @Test
    void an_upstream_without_ranges_says_that_it_begins_anew() {
        registry.fault("blobs", reply -> Reply.of(200, bytes));

        try (BlobBody body = open().blob(blob, 500_000)) {
            assertThat(body.startsAt()).isZero();
            assertThat(body.totalBytes()).hasValue(1_000_000);
        }
    }

    @Test
    void breaks_without_progress_are_counted() {
        registry.fault("blobs", reply -> reply.cutAfter(1000));

        assertThatThrownBy(() -> read(open(), 0))
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining("blob " + blob + " of library/app");
        assertThat(registry.requests()).hasSize(4);
    }

    @Test
    void breaks_with_progress_are_not_counted() {
        registry.fault("blobs", reply -> reply.cutAfter(70_000));

        assertThat(read(open(remote().maxRetries(1)), 0)).isEqualTo(bytes);
        assertThat(registry.requests()).hasSize(15);
    }

    @Test
    void a_body_without_length_ends_where_it_ends() {
        registry.fault("blobs", reply -> reply.chunked());

        try (BlobBody body = open().blob(blob, 0)) {
            assertThat(body.totalBytes()).isEmpty();
            assertThat(body).hasBinaryContent(bytes);
        }
    }

    @Test
    void other_bytes_than_those_asked_for_are_refused() {
        registry.fault(
                "blobs", reply -> reply.without("Content-Range").with("Content-Range", "bytes 0-999999/1000000"));
        assertThatThrownBy(() -> read(open(), 10))
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining("asked for the bytes from 10 on, it sends those from 0 on");

        registry.fault("blobs", reply -> reply.without("Content-Range"));
        assertThatThrownBy(() -> read(open(), 10)).isInstanceOf(InvalidAnswer.class);
    }

    @Test
    void a_length_that_changes_is_refused() {
        registry.fault("blobs", 1, reply -> reply.cutAfter(100_000));
        registry.fault(
                "blobs",
                1,
                reply -> reply.without("Content-Range").with("Content-Range", "bytes 100000-999999/1000001"));

        assertThatThrownBy(() -> read(open(), 0))
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining("1000001 bytes, having said 1000000");
    }

    @Test
    void a_length_that_is_too_great_ends_in_a_failure() {
        registry.fault(
                "blobs", 1, reply -> reply.with("Content-Length", "1000010").cutAfter(1_000_000));

        assertThatThrownBy(() -> read(open(), 0)).isInstanceOf(InvalidAnswer.class);
    }

    @Test
    void a_body_that_brings_too_little_in_too_long_is_given_up() {
        clock.advanceAtEveryLook(Duration.ofSeconds(61));

        assertThatThrownBy(() -> read(open(), 0))
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining("it brought only");
        assertThat(registry.requests()).hasSize(4);
    }

    @Test
    void a_body_that_stalls_is_given_up() {
        registry.fault("blobs", reply -> reply.stallAfter(10));

        assertThatThrownBy(() -> read(open(remote().sockReadTimeout(0.1).maxRetries(0)), 0))
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining("took too long");
    }

    @Test
    void the_total_timeout_is_the_bodys_too() {
        registry.fault("blobs", reply -> reply.dripped(() -> {}));

        assertThatThrownBy(() -> read(open(remote().totalTimeout(0.2).maxRetries(0)), 0))
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining("no whole answer in 0.2 s");
    }

    @Test
    void a_blob_that_is_closed_early_makes_room_for_the_next() {
        Upstream upstream = open(remote().downloadConcurrency(1));
        for (int i = 0; i < 5; i++) {
            BlobBody body = upstream.blob(blob, 0);
            assertThat(body.read()).isEqualTo(bytes[0] & 0xff);
            body.close();
            body.close();
        }

        assertThat(registry.manifest(Images.image(List.of(blob), "of it"), "1"))
                .isEqualTo(upstream.head(tag("1")).orElseThrow().digest());
        assertThat(read(upstream, 0)).isEqualTo(bytes);
    }

    @Test
    void patience_begins_anew_after_progress() {
        for (int i = 0; i < 5; i++) {
            registry.fault("blobs", 1, reply -> reply.cutAfter(100_000));
            registry.fault("blobs", 1, reply -> Reply.of(429).with("Retry-After", "590"));
        }

        assertThat(read(open(), 0)).isEqualTo(bytes);
    }
}
