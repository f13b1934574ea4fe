package dev.lading.upstream.http;

import dev.lading.upstream.transport.Request;
import dev.lading.upstream.transport.UpstreamException.RateLimited;
import dev.lading.upstream.transport.UpstreamException.Unreachable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The retries of one operation. Failures count, up to the remote's {@code max_retries}; a wait demanded by status 429
 * is no failure and is limited by the {@link WaitBudget} only.
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

    public Retries(Pace pace, long most) {
        this.pace = pace;
        this.most = most;
        this.patience = pace.limit();
    }

    /** Resets the count of failures, since data arrived. */
    public void progressed() {
        failures = 0;
        pauses = 0;
        paused = Optional.empty();
    }

    /**
     * Waits before the next try.
     *
     * @param asked wait that the upstream asked for
     * @throws Unreachable {@code why}, if there is no next try
     */
    public void failed(Unreachable why, Optional<Duration> asked) {
        Duration wait = asked.orElse(Duration.ZERO);
        if (failures >= most || wait.compareTo(patience) > 0) {
            throw why;
        }
        Duration backoff = doubled(FIRST, failures, LONGEST);
        // Jitter of up to half the backoff, so that clients that failed together do not retry together.
        long jitter = ThreadLocalRandom.current().nextLong(backoff.toMillis() / 2 + 1);
        backoff = backoff.minusMillis(jitter);
        failures++;
        pace.sleep(backoff.compareTo(wait) > 0 ? backoff : wait);
    }

    /** Waits as {@link #failed(Unreachable, Optional)} does, after a failed connection. */
    public void failed(String host, Request request, IOException cause) {
        Unreachable why = Failures.io(host, request, cause);
        if (Failures.isFinal(cause)) {
            throw why;
        }
        failed(why, Optional.empty());
    }

    /**
     * Makes all requests of the run wait.
     *
     * @param asked wait that the upstream asked for
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
                    // Nothing of what was asked for: it is told to all who ask through the remote.
                    host + " limits how often it is asked (429) and is not to be asked before "
                            + now.plus(wait).plusNanos(999_999_999).truncatedTo(ChronoUnit.SECONDS)
                            + "; ask again then, or with credentials that may ask more",
                    wait);
        }
        pace.pause(wait);
    }

    private static Duration doubled(Duration first, long times, Duration longest) {
        Duration length = first.multipliedBy(1L << Math.min(times, 20));
        return length.compareTo(longest) < 0 ? length : longest;
    }
}
