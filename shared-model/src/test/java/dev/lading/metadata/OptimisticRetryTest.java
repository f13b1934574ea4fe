package dev.lading.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lading.oci.RegistryException.StoreBusy;
import dev.lading.testing.TestClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OptimisticRetryTest {
    private final TestClock clock = new TestClock();
    private final AtomicInteger attempts = new AtomicInteger();

    private Optional<Integer> answerAt(int attempt) {
        return Optional.of(attempts.incrementAndGet()).filter(number -> number == attempt);
    }

    @Test
    void an_attempt_is_made_until_it_has_an_answer() {
        assertThat(OptimisticRetry.<Integer>until(clock, () -> answerAt(3))).isEqualTo(3);
        assertThat(attempts).hasValue(3);
    }

    @Test
    void an_answer_is_not_waited_for_longer_than_the_limit() {
        clock.advanceAtEveryLook(Duration.ofSeconds(8));

        assertThatExceptionOfType(StoreBusy.class)
                .isThrownBy(() -> OptimisticRetry.until(clock, () -> answerAt(100)))
                .satisfies(busy -> assertThat(busy.retryAfter()).isEqualTo(Duration.ofSeconds(5)));
        assertThat(attempts).hasValue(3);
    }

    @Test
    void work_that_can_wait_is_given_up_after_its_attempts() {
        assertThat(OptimisticRetry.<Integer>within(3, () -> answerAt(3))).hasValue(3);
        attempts.set(0);
        assertThat(OptimisticRetry.<Integer>within(3, () -> answerAt(4))).isEmpty();
        assertThat(attempts).hasValue(3);
    }

    @Test
    void attempts_of_one_limit_share_it_and_count_the_races_they_lost() {
        var retry = new OptimisticRetry(clock);
        int answer = retry.until(() -> {
            retry.lose();
            return answerAt(2);
        });
        assertThat(answer).isEqualTo(2);
        assertThat(retry.lost()).isEqualTo(2);

        clock.advance(Duration.ofSeconds(21));
        assertThatExceptionOfType(StoreBusy.class).isThrownBy(() -> retry.until(Optional::empty));
    }
}
