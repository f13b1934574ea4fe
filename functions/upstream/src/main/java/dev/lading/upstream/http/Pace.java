package dev.lading.upstream.http;

import dev.lading.remote.RemoteConnection;
import dev.lading.upstream.transport.Answer;
import dev.lading.upstream.transport.UpstreamException.RateLimited;
import dev.lading.upstream.transport.UpstreamException.Unreachable;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Schedules the requests of a run: no faster than the remote's {@code rate_limit}, and not before the time the upstream
 * named. So many may wait for their turn as have one within the wait budget.
 */
public final class Pace {
    private final WaitBudget patience;
    private final Duration between;
    private final RequestListener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private Instant next = Instant.MIN;
    private Instant pausedUntil = Instant.MIN;
    private RateLimit said = RateLimit.NONE;

    public Pace(WaitBudget patience, RemoteConnection connection, RequestListener listener) {
        this.patience = patience;
        this.listener = listener;
        long perSecond = connection.rateLimit().orElse(0L);
        this.between = perSecond > 0 ? Duration.ofSeconds(1).dividedBy(perSecond) : Duration.ZERO;
    }

    /** Limit on the sum of one request's waits. */
    Duration limit() {
        return patience.limit();
    }

    public Instant now() {
        return patience.clock().instant();
    }

    /** Waits until it is the caller's turn to send a request. */
    void await() {
        Instant turn = turn();
        for (Duration wait = until(turn); wait.isPositive(); wait = until(turn)) {
            sleep(wait);
        }
        listener.sending();
    }

    /** Delays all requests of the run. */
    void pause(Duration length) {
        lock.lock();
        try {
            Instant now = now();
            Instant end = now.plus(length);
            if (end.isAfter(pausedUntil)) {
                said = said.waited(Duration.between(later(now, pausedUntil), end));
                pausedUntil = end;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Records the rate limit that an answer reports. */
    void heard(Answer answer) {
        lock.lock();
        try {
            RateLimit now = said.heard(answer);
            if (!now.equals(said)) {
                said = now;
                listener.heard(now);
            }
        } finally {
            lock.unlock();
        }
    }

    public RateLimit rateLimit() {
        lock.lock();
        try {
            return said;
        } finally {
            lock.unlock();
        }
    }

    void sleep(Duration length) {
        try {
            patience.sleeper().sleep(length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unreachable("the wait for the upstream was interrupted", e);
        }
    }

    private Instant turn() {
        lock.lock();
        try {
            Instant free = later(now(), pausedUntil);
            Instant turn = later(free, next);
            Duration wait = Duration.between(free, turn);
            if (wait.compareTo(patience.limit()) > 0) {
                throw new RateLimited(
                        "the remote's rate_limit lets it be asked no more than is asked already; ask again in "
                                + wait.toSeconds() + " s, or raise it",
                        wait);
            }
            next = turn.plus(between);
            return turn;
        } finally {
            lock.unlock();
        }
    }

    private Duration until(Instant turn) {
        lock.lock();
        try {
            return Duration.between(now(), later(turn, pausedUntil));
        } finally {
            lock.unlock();
        }
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
