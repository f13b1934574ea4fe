package dev.lading.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessorShareTest {
    private long now = -3;
    private final ProcessorShare share = new ProcessorShare(0.2, 1, () -> now);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void work_takes_its_share_over_time() {
        long work = Duration.ofMillis(50).toNanos();
        long worked = 0;
        for (int second = 0; second < 30; second++) {
            for (int asked = 0; asked < 1_000; asked++) {
                if (share.untilLeft().isZero()) {
                    share.spend(work);
                    worked += work;
                }
                pass(Duration.ofMillis(1));
            }
        }
        // A second at once, a fifth of thirty, and at most one piece more.
        assertThat(worked)
                .isBetween(
                        Duration.ofMillis(6_900).toNanos(),
                        Duration.ofMillis(7_050).toNanos());
    }

    @Test
    void what_is_not_used_is_kept_up_to_the_limit() {
        share.spend(Duration.ofSeconds(1).toNanos());
        assertThat(share.untilLeft()).isPositive();
        pass(Duration.ofHours(1));
        share.spend(Duration.ofMillis(999).toNanos());
        assertThat(share.untilLeft()).isZero();
        share.spend(Duration.ofSeconds(9).toNanos());
        pass(Duration.ofSeconds(40));
        assertThat(share.untilLeft()).isPositive();
        pass(Duration.ofSeconds(6));
        assertThat(share.untilLeft()).isZero();
    }
}
