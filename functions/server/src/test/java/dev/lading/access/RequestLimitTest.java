package dev.lading.access;

import static dev.lading.testing.Together.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lading.oci.RegistryException.TooManyRequests;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestLimitTest {
    private static final int PER_SECOND = 20;
    private static final int BURST = PER_SECOND * RequestLimit.BURST_SECONDS;
    private static final Caller ANONYMOUS = new Caller.Anonymous();
    private static final Caller ADMINISTRATOR = new Caller.Administrator();
    private static final Source HERE = Source.of("203.0.113.7");
    private static final Source THERE = Source.of("203.0.113.8");

    /** Overflows soon, as the JVM's may. */
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);

    private final RequestLimit limit = RequestLimit.of(PER_SECOND, nanos::get);

    private static Caller token(String subject) {
        return new Caller.Bearer(subject, TokenHolder.parse(subject, ""), Instant.EPOCH, List.of());
    }

    private boolean passes(Caller caller, Source source) {
        try {
            limit.count(caller, () -> source);
            return true;
        } catch (TooManyRequests e) {
            return false;
        }
    }

    private long passed(int requests, Caller caller, Source source) {
        return IntStream.range(0, requests).filter(i -> passes(caller, source)).count();
    }

    private void rest(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void whoever_rested_may_send_those_of_ten_seconds_at_once_and_then_so_many_a_second() {
        assertThat(passed(BURST + 50, ADMINISTRATOR, HERE)).isEqualTo(BURST);
        rest(Duration.ofMillis(49));
        assertThat(passes(ADMINISTRATOR, HERE)).isFalse();
        rest(Duration.ofMillis(1));
        assertThat(passed(5, ADMINISTRATOR, HERE)).isEqualTo(1);
        for (int second = 0; second < 30; second++) {
            rest(Duration.ofSeconds(1));
            assertThat(passed(PER_SECOND + 5, ADMINISTRATOR, HERE)).isEqualTo(PER_SECOND);
        }
        rest(Duration.ofHours(1));
        assertThat(passed(BURST + 50, ADMINISTRATOR, HERE)).isEqualTo(BURST);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 20})
    void as_many_pass_however_many_threads_ask(int perSecond) {
        var together = RequestLimit.of(perSecond, nanos::get);
        int burst = perSecond * RequestLimit.BURST_SECONDS;
        for (int expected : new int[] {burst, perSecond, perSecond}) {
            var passed = new AtomicInteger();
            together(16, thread -> {
                for (int i = 0; i < burst; i++) {
                    try {
                        together.count(token("user:7:0"), () -> HERE);
                        passed.incrementAndGet();
                    } catch (TooManyRequests e) {
                        assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(1));
                    }
                }
            });
            assertThat(passed.get()).isEqualTo(expected);
            rest(Duration.ofSeconds(1).plusNanos(perSecond));
        }
    }

    @Test
    void each_principal_has_its_own() {
        assertThat(passed(BURST + 1, token("user:7:0"), HERE)).isEqualTo(BURST);
        // Another password or right taken away makes nobody another one.
        assertThat(passes(token("user:7:1"), THERE)).isFalse();
        assertThat(passes(token("user:8:0"), HERE)).isTrue();
        assertThat(passes(token("robot:7:0"), HERE)).isTrue();
        assertThat(passes(ADMINISTRATOR, HERE)).isTrue();
        assertThat(passes(ANONYMOUS, HERE)).isTrue();
    }

    @Test
    void whoever_is_anonymous_counts_by_source() {
        Caller anybodys = new Caller.Bearer(Caller.NOBODY, Optional.empty(), Instant.EPOCH, List.of());
        assertThat(passed(BURST + 1, ANONYMOUS, HERE)).isEqualTo(BURST);
        assertThat(passes(anybodys, HERE)).isFalse();
        assertThat(passes(anybodys, THERE)).isTrue();
    }

    @Test
    void it_says_when_to_come_back() {
        passed(BURST, ANONYMOUS, HERE);
        var refused = catchThrowableOfType(TooManyRequests.class, () -> limit.count(ANONYMOUS, () -> HERE));
        assertThat(refused).hasMessage("more than 20 requests a second came from your address; try again in 1 s");
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void a_flood_of_sources_takes_bounded_memory_and_displaces_no_account() {
        passed(BURST, ADMINISTRATOR, HERE);
        for (int i = 0; i < 50_000; i++) {
            passes(ANONYMOUS, new Source("10.0." + i));
        }
        assertThat(limit.remembered()).isLessThanOrEqualTo(10_001);
        assertThat(passes(ADMINISTRATOR, HERE)).isFalse();
        rest(Duration.ofSeconds(11));
        assertThat(limit.remembered()).isZero();
    }

    @Test
    void there_may_be_none() {
        RequestLimit none = RequestLimit.of(0);
        for (int i = 0; i < 100_000; i++) {
            none.count(ANONYMOUS, () -> HERE);
        }
        assertThat(none.remembered()).isZero();
        assertThatThrownBy(() -> RequestLimit.of(-1)).hasMessageContaining("from 1 to 1000000, or 0 for none, not -1");
    }
}
