package dev.lading.upstream.http;

import dev.lading.upstream.transport.Request;
import dev.lading.upstream.transport.UpstreamException.RateLimited;
import dev.lading.upstream.transport.UpstreamException.Unreachable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often one thing was tried. Failures are counted, up to the remote's {@code max_retries}; being told to wait by status
 * 429 is not a failure, and only the patience for it is limited.
 */
public final class Retries {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Pace pace;
    private final long most;
    private final Duration patience;
    private long failures;
    private int pauses;
    private Optional<Instant> paused = Optional.empty();

    public Retries(Pace pace, long most, Duration patience) {
        this.pace = pace;
        this.most = most;
        this.patience = patience;
    }

    /** Something arrived, so that what failed before does not count any more. */
    public void progressed() {
        failures = 0;
        pauses = 0;
        paused = Optional.empty();
    }

    /**
     * Waits before the next try.
     *
     * @param asked by the upstream
     * @throws Unreachable {@code why}, if there is no next try
     */
    public void failed(Unreachable why, Optional<Duration> asked) {
        Duration wait = asked.orElse(Duration.ZERO);
        if (failures >= most || wait.compareTo(patience) > 0) {
            throw why;
        }
        Duration backoff = doubled(FIRST, failures, LONGEST);
        // Up to half of it by chance, so that those who failed together do not come back together.
        long jitter = ThreadLocalRandom.current().nextLong(backoff.toMillis() / 2 + 1);
        backoff = backoff.minusMillis(jitter);
        failures++;
        pace.sleep(backoff.compareTo(wait) > 0 ? backoff : wait);
    }

    /** As {@link #failed(Unreachable, Optional)}, of a connection. */
    public void failed(String host, Request request, IOException cause) {
        Unreachable why = Failures.io(host, request, cause);
        if (Failures.isFinal(cause)) {
            throw why;
        }
        failed(why, Optional.empty());
    }

    /**
     * Makes all requests wait.
     *
     * @param asked by the upstream
     */
    void limited(String host, Request request, Optional<Duration> asked) {
        Instant now = pace.now();
        Instant first = paused.orElse(now);
        paused = Optional.of(first);
        Duration wait = asked.filter(length -> length.compareTo(FIRST_PAUSE) > 0)
                .orElse(asked.isPresent() ? FIRST_PAUSE : doubled(FIRST_PAUSE, pauses, LONGEST_PAUSE));
        pauses++;
        if (now.plus(wait).isAfter(first.plus(patience))) {
            throw new RateLimited(
                    host + " limits how often it is asked (429) and is to be asked for " + request.what()
                            + " not before " + now.plus(wait)
                            + "; sync again then, or with credentials that may ask more",
                    wait);
        }
        pace.pause(wait);
    }

    private static Duration doubled(Duration first, long times, Duration longest) {
        Duration length = first.multipliedBy(1L << Math.min(times, 20));
        return length.compareTo(longest) < 0 ? length : longest;
    }
}
