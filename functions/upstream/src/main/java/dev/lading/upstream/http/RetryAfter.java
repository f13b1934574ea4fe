package dev.lading.upstream.http;

import dev.lading.upstream.transport.Answer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** The wait that an answer asks for. Source: RFC 9110, section 10.2.3. */
final class RetryAfter {
    /**
     * Values from here on are seconds since the epoch, which Docker Hub has sent in place of a duration:
     * docker/hub-feedback, issue 2459.
     */
    private static final long SECONDS_OF_AN_EPOCH = 1_000_000_000;

    private RetryAfter() {}

    /** The wait; empty: not given, or not readable. Zero: already past. */
    static Optional<Duration> of(Answer answer, Instant now) {
        return answer.header("Retry-After").flatMap(value -> parse(value.strip(), now));
    }

    private static Optional<Duration> parse(String value, Instant now) {
        try {
            if (!value.matches("[0-9]{1,18}")) {
                return Optional.of(until(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(value)), now));
            }
            long seconds = Long.parseLong(value);
            return Optional.of(
                    seconds < SECONDS_OF_AN_EPOCH
                            ? Duration.ofSeconds(seconds)
                            : until(Instant.ofEpochSecond(seconds), now));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Duration until(Instant then, Instant now) {
        return then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO;
    }
}
