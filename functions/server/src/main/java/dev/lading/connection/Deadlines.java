package dev.lading.connection;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Time limits for a peer's progress. A head is complete within {@value #HEAD_SECONDS} s of its first byte. Of a body
 * {@value #LEAST_BYTES} bytes, or its end, arrive in any {@value #WINDOW_SECONDS} s, not counting time in which the
 * server does not read or the peer waits for 100-continue. Of an answer some byte is taken in any
 * {@value #STILL_SECONDS} s, and as many as of a body in any {@value #WINDOW_SECONDS} s. Between two requests a
 * connection may be idle for {@value #IDLE_SECONDS} s.
 */
final class Deadlines {
    static final int LOOK_SECONDS = 5;
    static final int HEAD_SECONDS = 30;
    static final int IDLE_SECONDS = 75;
    static final int STILL_SECONDS = 30;
    static final int WINDOW_SECONDS = 60;
    static final int LEAST_BYTES = 64 * 1024;

    /** The part of a request that the peer is expected to send. */
    private enum Phase {
        HEAD,
        BODY,
        NOTHING
    }

    /** Read by other threads, which look for idle connections. */
    private volatile Phase phase = Phase.HEAD;

    private long since;
    private boolean begun = true;
    private boolean waitsToSend;
    private long bodyBytes;

    private long taken;
    private long movedAt;
    private long windowAt;
    private long windowTaken;

    Deadlines(long now) {
        since = now;
    }

    /** Records bytes that arrived, of whatever is expected. */
    void received(int bytes, long now) {
        bodyBytes += bytes;
        if (!begun) {
            begun = true;
            since = now;
        }
    }

    /** Expects the next head; on a new connection it must begin at once. */
    void head(long now) {
        phase = Phase.HEAD;
        begun = false;
        since = now;
    }

    boolean expectsHead() {
        return phase == Phase.HEAD;
    }

    /** @param expects whether the peer waits for 100-continue */
    void body(boolean expects, long now) {
        phase = Phase.BODY;
        waitsToSend = expects;
        window(now);
    }

    void toldToSend(long now) {
        waitsToSend = false;
        window(now);
    }

    void complete() {
        phase = Phase.NOTHING;
    }

    private void window(long now) {
        since = now;
        bodyBytes = 0;
    }

    /** Notes that bytes wait for the peer from now on. */
    void answering(long now) {
        movedAt = now;
        windowAt = now;
        windowTaken = taken;
    }

    /** @param total of all answers so far, in bytes */
    void taken(long total, long now) {
        if (total > taken) {
            taken = total;
            movedAt = now;
        }
    }

    /** The missed limit, for a log; empty: none. */
    Optional<String> missed(boolean bytesWait, boolean reading, long now) {
        if (bytesWait && seconds(now - movedAt) >= STILL_SECONDS) {
            return Optional.of("it took nothing of its answer for " + STILL_SECONDS + " s");
        }
        if (bytesWait && seconds(now - windowAt) >= WINDOW_SECONDS) {
            if (taken - windowTaken < LEAST_BYTES) {
                return Optional.of(
                        "it took less than " + LEAST_BYTES + " bytes of its answer in " + WINDOW_SECONDS + " s");
            }
            windowAt = now;
            windowTaken = taken;
        }
        return switch (phase) {
            case HEAD -> missedHead(seconds(now - since));
            case BODY -> missedBody(reading, now);
            case NOTHING -> Optional.empty();
        };
    }

    private Optional<String> missedHead(long seconds) {
        if (begun) {
            return seconds < HEAD_SECONDS
                    ? Optional.empty()
                    : Optional.of("it sent no whole request head in " + HEAD_SECONDS + " s");
        }
        return seconds < IDLE_SECONDS ? Optional.empty() : Optional.of("it was idle for " + IDLE_SECONDS + " s");
    }

    private Optional<String> missedBody(boolean reading, long now) {
        if (!reading || waitsToSend) {
            window(now);
            return Optional.empty();
        }
        if (seconds(now - since) < WINDOW_SECONDS) {
            return Optional.empty();
        }
        boolean slow = bodyBytes < LEAST_BYTES;
        window(now);
        return slow
                ? Optional.of(
                        "it sent less than " + LEAST_BYTES + " bytes of a request's body in " + WINDOW_SECONDS + " s")
                : Optional.empty();
    }

    private static long seconds(long nanos) {
        return TimeUnit.NANOSECONDS.toSeconds(nanos);
    }
}
