package dev.lading.password;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A share of the processors, for work that anybody can make this process do. A balance of time grows with the share, up
 * to a limit for bursts, and is spent by what work took.
 */
final class ProcessorShare {
    private static final double NANOS = 1e9;

    private final double share;
    private final double most;
    private final LongSupplier nanoTime;
    private double seconds;
    private long counted;

    /**
     * @param share processors, as a number that may be a fraction
     * @param most seconds that may be spent at once, after a time without work
     */
    ProcessorShare(double share, double most, LongSupplier nanoTime) {
        this.share = share;
        this.most = most;
        this.nanoTime = nanoTime;
        this.seconds = most;
        this.counted = nanoTime.getAsLong();
    }

    /** How long to wait until there is time left to begin work; it may take more than is left. */
    synchronized Duration untilLeft() {
        double missing = -balance();
        return missing < 0 ? Duration.ZERO : Duration.ofNanos((long) (missing / share * NANOS) + 1);
    }

    synchronized void spend(long nanos) {
        seconds = balance() - nanos / NANOS;
    }

    private double balance() {
        long now = nanoTime.getAsLong();
        seconds = Math.min(most, seconds + (now - counted) / NANOS * share);
        counted = now;
        return seconds;
    }
}
