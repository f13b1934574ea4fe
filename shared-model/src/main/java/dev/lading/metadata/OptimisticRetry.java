package dev.lading.metadata;

import dev.lading.oci.RegistryException.StoreBusy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * The one loop of read, modify and compare-and-set: an attempt reads records, decides, and writes on condition that nobody
 * has changed them meanwhile; else it is made again, for 20 s at most, after a short random pause.
 */
public final class OptimisticRetry {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

    private final InstantSource clock;
    private final Instant end;
    private int lost;

    /** Begins the time limit; for attempts that depend on how many were {@link #lost}. */
    public OptimisticRetry(InstantSource clock) {
        this.clock = clock;
        this.end = clock.instant().plus(LIMIT);
    }

    /**
     * Makes an attempt until it has an answer.
     *
     * @param attempt empty: somebody else was first, or must be waited for
     * @throws StoreBusy when there is no answer in time
     */
    public static <T> T until(InstantSource clock, Supplier<Optional<T>> attempt) {
        return new OptimisticRetry(clock).until(attempt);
    }

    /**
     * Makes a few attempts, for work that a later run does as well.
     *
     * @param attempt empty: somebody else was first
     * @return empty: no attempt had an answer
     */
    public static <T> Optional<T> within(int attempts, Supplier<Optional<T>> attempt) {
        Optional<T> answer = attempt.get();
        for (int made = 1; made < attempts && answer.isEmpty(); made++) {
            rest();
            answer = attempt.get();
        }
        return answer;
    }

    /** As {@link #until(InstantSource, Supplier)}, within what is left of the time limit. */
    public <T> T until(Supplier<Optional<T>> attempt) {
        Optional<T> answer = attempt.get();
        while (answer.isEmpty()) {
            pause();
            answer = attempt.get();
        }
        return answer.get();
    }

    private void pause() {
        if (clock.instant().isAfter(end)) {
            throw new StoreBusy("other changes to the same are under way", RETRY_AFTER);
        }
        rest();
    }

    private static void rest() {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(PAUSE_NANOS / 4, PAUSE_NANOS));
    }

    /** Counts a race that an attempt lost, beside those that only waited. */
    public void lose() {
        lost++;
    }

    /** How many races were lost. */
    public int lost() {
        return lost;
    }
}
