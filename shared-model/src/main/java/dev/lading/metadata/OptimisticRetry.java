package dev.lading.metadata;

import dev.lading.oci.RegistryException.StoreBusy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** How long to try again when others are at the same records: 20 s, with short random pauses. */
public final class OptimisticRetry {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

    private final InstantSource clock;
    private final Instant end;
    private int lost;

    public OptimisticRetry(InstantSource clock) {
        this.clock = clock;
        this.end = clock.instant().plus(LIMIT);
    }

    /** @throws StoreBusy when it has run out */
    public void pause() {
        if (clock.instant().isAfter(end)) {
            throw new StoreBusy("other changes to the same are under way", RETRY_AFTER);
        }
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(PAUSE_NANOS / 4, PAUSE_NANOS));
    }

    /**
     * Another was first.
     *
     * @throws StoreBusy when it has run out
     */
    public void lose() {
        lost++;
        pause();
    }

    /** How often another was first. */
    public int lost() {
        return lost;
    }

    /**
     * Tries until there is an answer.
     *
     * @throws StoreBusy when there is none in time
     */
    public static <T> T until(InstantSource clock, Supplier<Optional<T>> attempt) {
        var patience = new OptimisticRetry(clock);
        Optional<T> answer = attempt.get();
        while (answer.isEmpty()) {
            patience.pause();
            answer = attempt.get();
        }
        return answer.get();
    }
}
