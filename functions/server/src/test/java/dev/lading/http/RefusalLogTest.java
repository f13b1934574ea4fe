package dev.lading.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.access.Caller;
import dev.lading.access.Source;
import dev.lading.testing.LogLines;
import dev.lading.testing.TestClock;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RefusalLogTest {
    private static final Source GUESSER = Source.of("203.0.113.7");
    private static final Optional<Caller> WRONG = Optional.empty();

    private final TestClock clock = new TestClock();
    private final RefusalLog log = new RefusalLog(clock);
    private final LogLines lines = new LogLines(RefusalLog.class);

    @AfterEach
    void stopListening() {
        lines.close();
    }

    private void refuse(Source source, int times) {
        for (int i = 0; i < times; i++) {
            log.refused(WRONG, source, "GET", "/v2/", 401);
        }
    }

    @Test
    void a_refusal_is_told_with_who_from_where_and_what() {
        log.refused(Optional.of(new Caller.Administrator()), GUESSER, "PUT", "/v2/app/manifests/1", 403);
        log.refused(WRONG, GUESSER, "GET", "/v2/", 401);

        assertThat(lines.messages())
                .containsExactly(
                        "refused with 403: admin by password from 203.0.113.7/32: PUT /v2/app/manifests/1",
                        "refused with 401: wrong credentials from 203.0.113.7/32: GET /v2/");
    }

    @Test
    void more_than_ten_of_a_source_in_a_minute_are_told_by_their_number() {
        refuse(GUESSER, 500);
        assertThat(lines.messages()).hasSize(RefusalLog.LINES);

        clock.advance(RefusalLog.MINUTE);
        log.tellDue();
        assertThat(lines.messages()).last().isEqualTo("refused 500 requests from 203.0.113.7/32 within a minute");
        refuse(GUESSER, 1);
        assertThat(lines.messages()).hasSize(RefusalLog.LINES + 2);
    }

    @Test
    void few_are_not_summed() {
        refuse(GUESSER, RefusalLog.LINES);
        clock.advance(RefusalLog.MINUTE);
        log.tellDue();

        assertThat(lines.messages()).hasSize(RefusalLog.LINES);
    }

    @Test
    void a_flood_from_everywhere_is_told_up_to_a_limit() {
        for (int i = 0; i < 3 * RefusalLog.LINES_OF_ALL; i++) {
            refuse(Source.of("198.18." + i / 256 + "." + i % 256), 1);
        }

        assertThat(lines.messages()).hasSize(RefusalLog.LINES_OF_ALL);
    }

    @Test
    void a_long_path_is_cut() {
        log.refused(WRONG, GUESSER, "GET", "/v2/" + "a".repeat(8_000), 401);

        assertThat(lines.messages().getFirst()).hasSizeLessThan(400);
    }
}
