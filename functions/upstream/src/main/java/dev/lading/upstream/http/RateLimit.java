package dev.lading.upstream.http;

import dev.lading.upstream.transport.Answer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rate limit that the upstream reported last. Source: Docker Hub's headers {@code ratelimit-limit} and
 * {@code ratelimit-remaining}, as in {@code 100;w=21600}.
 *
 * @param limit requests in a window; empty: not reported
 * @param remaining of them; empty: not reported
 * @param window zero: not reported
 * @param waited sum of all waits so far that the upstream asked for
 */
public record RateLimit(OptionalLong limit, OptionalLong remaining, Duration window, Duration waited) {
    static final RateLimit NONE =
            new RateLimit(OptionalLong.empty(), OptionalLong.empty(), Duration.ZERO, Duration.ZERO);

    private static final Pattern SYNTAX = Pattern.compile("\\s*([0-9]{1,18})\\s*(?:;\\s*w=([0-9]{1,9}))?.*");

    RateLimit heard(Answer answer) {
        Optional<Matcher> all = matched(answer, "ratelimit-limit");
        Optional<Matcher> left = matched(answer, "ratelimit-remaining");
        if (all.isEmpty() && left.isEmpty()) {
            return this;
        }
        Optional<String> seconds = all.or(() -> left).map(said -> said.group(2));
        return new RateLimit(
                number(all),
                number(left),
                seconds.map(Long::parseLong).map(Duration::ofSeconds).orElse(Duration.ZERO),
                waited);
    }

    RateLimit waited(Duration longer) {
        return new RateLimit(limit, remaining, window, waited.plus(longer));
    }

    private static Optional<Matcher> matched(Answer answer, String header) {
        return answer.header(header).map(SYNTAX::matcher).filter(Matcher::matches);
    }

    private static OptionalLong number(Optional<Matcher> said) {
        return said.isPresent() ? OptionalLong.of(Long.parseLong(said.get().group(1))) : OptionalLong.empty();
    }
}
