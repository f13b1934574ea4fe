package dev.lading.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private final Deadlines deadlines = new Deadlines(0);
    private boolean bytesWait;
    private boolean reading = true;

    @Test
    void a_new_connection_sends_a_whole_head_in_time_however_it_drips() {
        assertKeptUntil(0, 30);
        for (int second = 0; second < 30; second++) {
            deadlines.received(1, nanos(second));
            assertThat(missedAt(second)).isFalse();
        }
        assertThat(missedAt(30)).isTrue();
    }

    @Test
    void between_two_requests_it_may_rest_longer_but_not_within_a_head() {
        deadlines.head(nanos(100));
        assertKeptUntil(100, 175);

        deadlines.head(nanos(200));
        deadlines.received(1, nanos(270));
        assertKeptUntil(270, 300);
    }

    @Test
    void a_body_keeps_coming_or_ends() {
        deadlines.body(false, 0);
        deadlines.received(64 * 1024, nanos(59));
        assertThat(missedAt(60)).isFalse();
        deadlines.received(64 * 1024 - 1, nanos(100));
        assertThat(missedAt(119)).isFalse();
        assertThat(missedAt(120)).isTrue();

        deadlines.body(false, nanos(200));
        deadlines.complete();
        assertThat(missedAt(1000)).isFalse();
    }

    @Test
    void time_in_which_nobody_reads_does_not_count() {
        deadlines.body(false, 0);
        reading = false;
        assertThat(missedAt(500)).isFalse();
        reading = true;
        assertKeptUntil(500, 560);
    }

    @Test
    void who_waits_to_be_told_to_send_has_time() {
        deadlines.body(true, 0);
        assertThat(missedAt(500)).isFalse();
        deadlines.toldToSend(nanos(500));
        assertKeptUntil(500, 560);
    }

    @Test
    void of_an_answer_something_is_taken_all_the_time() {
        deadlines.complete();
        bytesWait = true;
        deadlines.answering(0);
        assertThat(missedAt(29)).isFalse();
        deadlines.taken(1, nanos(29));
        assertThat(missedAt(58)).isFalse();
        assertThat(missedAt(59)).isTrue();
    }

    @Test
    void and_enough_of_it() {
        deadlines.complete();
        bytesWait = true;
        deadlines.answering(0);
        for (int second = 1; second < 60; second++) {
            deadlines.taken(second * 100L, nanos(second));
            assertThat(missedAt(second)).isFalse();
        }
        deadlines.taken(6_000, nanos(60));
        assertThat(missedAt(60)).isTrue();

        deadlines.answering(nanos(100));
        deadlines.taken(100_000, nanos(159));
        assertThat(missedAt(160)).isFalse();
    }

    private void assertKeptUntil(int from, int end) {
        for (int second = from; second < end; second++) {
            assertThat(missedAt(second)).as("at %d s", second).isFalse();
        }
        assertThat(missedAt(end)).as("at %d s", end).isTrue();
    }

    private boolean missedAt(int second) {
        return deadlines.missed(bytesWait, reading, nanos(second)).isPresent();
    }

    private static long nanos(int seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }
}
