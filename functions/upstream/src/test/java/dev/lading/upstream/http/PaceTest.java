package dev.lading.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.testing.Remotes;
import dev.lading.upstream.transport.UpstreamException.RateLimited;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Turns of requests, on a clock that stands. */
class PaceTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final List<Duration> waits = new ArrayList<>();
    private Instant now = Instant.EPOCH;

    /** One whose requests wait as if each had come at the same moment. */
    private final Pace pace = new Pace(
            new WaitBudget(
                    () -> now,
                    length -> {
                        waits.add(length);
                        now = now.plus(length);
                    },
                    LIMIT),
            Remotes.at("https://registry.example").rateLimit(2).settings().connection(),
            RequestListener.NONE);

    private void awaitAtOnce() {
        Instant before = now;
        try {
            pace.await();
        } finally {
            now = before;
        }
    }

    @Test
    void as_many_wait_as_have_a_turn_within_the_budget_and_no_more() {
        for (int number = 0; number < 61; number++) {
            awaitAtOnce();
        }
        assertThat(waits).hasSize(60).last().isEqualTo(LIMIT);

        assertThatThrownBy(this::awaitAtOnce)
                .isInstanceOf(RateLimited.class)
                .hasMessageContaining("rate_limit")
                .hasMessageContaining("30 s");

        now = now.plus(LIMIT);
        awaitAtOnce();
        assertThat(waits).hasSize(61).last().isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void a_pause_that_the_upstream_demands_is_no_queue() {
        pace.pause(LIMIT);
        awaitAtOnce();
        assertThat(waits).containsExactly(LIMIT);
    }
}
