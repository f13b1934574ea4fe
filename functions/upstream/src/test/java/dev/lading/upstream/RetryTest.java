package dev.lading.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.lading.oci.Digest;
import dev.lading.testing.Bytes;
import dev.lading.testing.Remotes;
import dev.lading.testing.Reply;
import dev.lading.testing.Together;
import dev.lading.upstream.http.WaitBudget;
import dev.lading.upstream.transport.Reach;
import dev.lading.upstream.transport.UpstreamException.InvalidAnswer;
import dev.lading.upstream.transport.UpstreamException.RateLimited;
import dev.lading.upstream.transport.UpstreamException.Unreachable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transient failures and demands to wait. */
class RetryTest extends Fixture {
    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504, 507, 520, 524, 529, 599, 408, 425})
    void the_upstreams_own_failures_are_tried_again(int status) {
        image("1");
        registry.fault("manifests", 3, reply -> Reply.of(status));

        assertThat(open().head(tag("1"))).isPresent();
        assertThat(registry.requests()).hasSize(4);
        assertThat(waits).hasSize(3);
        assertThat(waits.get(0)).isBetween(Duration.ofMillis(250), Duration.ofMillis(500));
        assertThat(waits.get(1)).isBetween(Duration.ofMillis(500), Duration.ofMillis(1000));
        assertThat(waits.get(2)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @ValueSource(ints = {501, 505})
    void failures_that_stay_are_not_tried_again(int status) {
        Digest image = image("1");
        registry.fault("manifests", reply -> Reply.of(status));

        assertThatThrownBy(() -> open().get(digest(image))).isInstanceOf(InvalidAnswer.class);
        assertThat(registry.requests()).hasSize(1);
    }

    @Test
    void whatever_is_asked_for_is_asked_for_again() throws IOException {
        byte[] bytes = Bytes.random(100);
        Digest blob = registry.blob(bytes);
        Digest image = image("1");
        registry.demandTokens(300);
        for (String asked : List.of("token", "token", "tags", "GET.*manifests", "referrers", "blobs")) {
            registry.fault(asked, 1, reply -> Reply.of(520));
        }
        registry.fault("token", 1, reply -> reply.cutAfter(10));
        Upstream upstream = open();

        assertThat(upstream.tags()).hasSize(1);
        assertThat(upstream.get(tag("1")).descriptor().digest()).isEqualTo(image);
        assertThat(upstream.referrers(image)).isPresent();
        try (BlobBody body = upstream.blob(blob, 0)) {
            assertThat(body.readAllBytes()).isEqualTo(bytes);
        }
        assertThat(waits).hasSize(7);
    }

    @Test
    void more_failures_than_retries_are_too_many() {
        image("1");
        registry.fault("manifests", reply -> Reply.of(503));

        assertThatThrownBy(() -> open(remote().maxRetries(1)).head(tag("1")))
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining(registry.authority())
                .hasMessageContaining("manifest library/app:1")
                .hasMessageContaining("503");
        assertThat(registry.requests()).hasSize(2);
        assertThatThrownBy(() -> open(remote().maxRetries(0)).head(tag("1"))).isInstanceOf(Unreachable.class);
        assertThat(registry.requests()).hasSize(3);
    }

    @Test
    void a_failure_says_when_to_come_again() {
        image("1");
        registry.fault("manifests", 1, reply -> Reply.of(503).with("Retry-After", "40"));

        assertThat(open().head(tag("1"))).isPresent();
        assertThat(waits).containsExactly(Duration.ofSeconds(40));
    }

    @Test
    void a_failure_that_asks_for_too_much_patience_is_final() {
        image("1");
        registry.fault("manifests", reply -> Reply.of(503).with("Retry-After", "601"));

        assertThatThrownBy(() -> open().head(tag("1"))).isInstanceOf(Unreachable.class);
        assertThat(registry.requests()).hasSize(1);
    }

    @Test
    void connections_that_break_are_made_again() {
        image("1");
        registry.fault("manifests", 1, reply -> reply.resetAfter(0));
        registry.fault("manifests", 1, reply -> reply.resetAfter(20));
        registry.fault("manifests", 1, reply -> reply.cutAfter(20));

        assertThat(open().get(tag("1")).bytes()).isNotEmpty();
        assertThat(registry.requests()).hasSize(4);
    }

    @Test
    void nobody_there() throws IOException {
        // Bound, so that no other process gets the port, and not listening.
        try (Socket silent = new Socket()) {
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String authority = "127.0.0.1:" + silent.getLocalPort();
            Upstream upstream = open(Remotes.at("http://" + authority));

            assertThatThrownBy(() -> upstream.tags())
                    .isInstanceOf(Unreachable.class)
                    .hasMessageContaining(authority)
                    .hasMessageContaining("check the remote's url");
            assertThat(waits).hasSize(3);
        }
    }

    @ParameterizedTest(name = "Retry-After: {0} is {1} s")
    @CsvSource(
            delimiter = '|',
            value = {
                "7                             | 7",
                "0                             | 1",
                "Thu, 01 Jan 2026 00:01:30 GMT | 90",
                "Thu, 01 Jan 2026 00:00:00 GMT | 1",
                "1767225660                    | 60",
                "soon                          | 1",
            })
    void an_upstream_that_is_asked_too_often_is_waited_for(String header, long seconds) {
        image("1");
        registry.fault(
                "manifests", 1, reply -> Reply.error(429, "TOOMANYREQUESTS").with("Retry-After", header));
        Upstream upstream = open(remote().maxRetries(0));

        assertThat(upstream.head(tag("1"))).isPresent();
        assertThat(waits).containsExactly(Duration.ofSeconds(seconds));
        assertThat(upstream.rateLimit().waited()).hasSeconds(seconds);
    }

    @Test
    void being_asked_to_wait_is_no_failure_until_patience_ends() {
        image("1");
        registry.fault("manifests", reply -> Reply.error(429, "TOOMANYREQUESTS").with("Retry-After", "240"));

        assertThatThrownBy(() -> open(remote().maxRetries(0)).head(tag("1")))
                .isInstanceOf(RateLimited.class)
                .hasMessageContaining("not to be asked before 2026-01-01T00:12:00Z")
                .hasMessageNotContaining("library/app")
                .asInstanceOf(type(RateLimited.class))
                .satisfies(e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofMinutes(4)));
        assertThat(registry.requests()).hasSize(3);
    }

    @Test
    void without_a_time_the_pauses_grow_to_a_minute() {
        image("1");
        registry.fault("manifests", reply -> Reply.error(429, "TOOMANYREQUESTS"));

        assertThatThrownBy(() -> open().head(tag("1"))).isInstanceOf(RateLimited.class);
        assertThat(waits.subList(0, 8))
                .extracting(Duration::toSeconds)
                .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
        assertThat(waits).hasSizeLessThan(20);
    }

    @Test
    void all_requests_wait_when_one_is_told_to() {
        image("1");
        Upstream upstream = open(remote().maxRetries(0));
        registry.fault("manifests", 1, reply -> Reply.of(429).with("Retry-After", "1000"));
        assertThatThrownBy(() -> upstream.head(tag("1"))).isInstanceOf(RateLimited.class);
        registry.fault("manifests", 1, reply -> Reply.of(429).with("Retry-After", "100"));
        Instant before = clock.instant();

        assertThat(upstream.head(tag("1"))).isPresent();
        assertThat(upstream.tags()).hasSize(1);

        assertThat(clock.instant()).isEqualTo(before.plusSeconds(100));
    }

    @Test
    void no_more_requests_a_second_than_the_remote_allows() {
        image("1");
        Upstream upstream = open(remote().rateLimit(4));

        for (int i = 0; i < 9; i++) {
            upstream.head(tag("1"));
        }

        assertThat(clock.instant()).isEqualTo(Instant.parse("2026-01-01T00:00:02Z"));
    }

    @Test
    void what_waits_behind_a_blob_whose_answer_never_comes_waits_no_longer() throws Exception {
        Digest one = registry.blob(Bytes.random(10));
        Digest other = registry.blob(Bytes.random(20));
        var asked = new CountDownLatch(1);
        registry.fault(one.toString(), reply -> {
            asked.countDown();
            return Reply.never();
        });
        Upstream upstream =
                open(remote().downloadConcurrency(1).sockReadTimeout(1).maxRetries(0));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> hanging = threads.submit(() -> upstream.blob(one, 0));
            asked.await();

            assertThatThrownBy(() -> upstream.blob(other, 0))
                    .isInstanceOf(Unreachable.class)
                    .hasMessageContaining(one.toString());
            assertThatThrownBy(hanging::get).hasCauseInstanceOf(Unreachable.class);
        }

        assertThat(registry.requests()).hasSize(1);
        try (BlobBody body = upstream.blob(other, 0)) {
            assertThat(body.readAllBytes()).hasSize(20);
        }
    }

    @Test
    void an_answer_that_never_comes_ends() {
        image("1");
        registry.fault("manifests", reply -> Reply.never());

        assertThatThrownBy(
                        () -> open(remote().sockReadTimeout(0.1).maxRetries(1)).get(tag("1")))
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining("took too long");
        assertThat(registry.requests()).hasSize(2);
    }

    @Test
    void an_answer_whose_bytes_come_slowly_ends() {
        image("1");
        registry.fault("manifests", reply -> reply.stallAfter(10));

        assertThatThrownBy(() -> open(remote().totalTimeout(0.2).maxRetries(0)).get(tag("1")))
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining("took too long (no whole answer in 0.2 s)");
    }

    @Test
    void a_wait_can_be_broken_off() {
        image("1");
        registry.fault("manifests", 1, reply -> Reply.of(429));
        var canceled = new IllegalStateException("canceled");
        Upstream upstream = closing(Upstream.open(
                remote().settings(),
                remote().secrets(),
                new WaitBudget(
                        clock,
                        length -> {
                            throw canceled;
                        },
                        PATIENCE),
                Reach.ANY));

        assertThatThrownBy(() -> upstream.head(tag("1"))).isSameAs(canceled);
    }

    @Test
    void no_more_requests_are_under_way_than_the_remote_allows() {
        image("1");
        var underWay = new AtomicInteger();
        var most = new AtomicInteger();
        registry.fault("manifests", reply -> {
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            underWay.decrementAndGet();
            return reply;
        });
        Upstream upstream = open(remote().downloadConcurrency(2));

        Together.together(8, thread -> {
            for (int i = 0; i < 10; i++) {
                assertThat(upstream.head(tag("1"))).isPresent();
            }
        });

        assertThat(most.get()).isLessThanOrEqualTo(2);
    }
}
