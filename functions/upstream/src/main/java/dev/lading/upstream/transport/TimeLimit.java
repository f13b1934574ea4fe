package dev.lading.upstream.transport;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Aborts a request after a time, at whatever step; a read timeout alone does not when a byte comes now and then. */
final class TimeLimit implements AutoCloseable {
    private final Duration length;
    private final boolean isDefault;
    private final Future<?> end;
    private volatile boolean over;

    /** @param isDefault whether the remote sets no limit itself */
    TimeLimit(ScheduledExecutorService timer, Duration length, boolean isDefault, Runnable cancel) {
        this.length = length;
        this.isDefault = isDefault;
        this.end = timer.schedule(
                () -> {
                    over = true;
                    cancel.run();
                },
                length.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** A step of a request. */
    @FunctionalInterface
    interface Part<T> {
        T run() throws IOException;
    }

    /** Runs a step of the request; if it fails because of the limit, the exception says so. */
    <T> T explain(Part<T> part) throws IOException {
        try {
            return part.run();
        } catch (IOException | RuntimeException e) {
            if (over) {
                throw (IOException)
                        new InterruptedIOException("no whole answer in " + length.toMillis() / 1000.0 + " s")
                                .initCause(e);
            }
            throw e;
        }
    }

    boolean isDefault() {
        return isDefault;
    }

    /** Cancels the time limit. */
    @Override
    public void close() {
        end.cancel(false);
    }
}
