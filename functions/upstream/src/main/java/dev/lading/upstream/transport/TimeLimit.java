package dev.lading.upstream.transport;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Ends a request after a time, whatever it is at; a timeout between two bytes does not, when a byte comes now and then. */
final class TimeLimit implements AutoCloseable {
    private final Duration length;
    private final boolean isDefault;
    private final Future<?> end;
    private volatile boolean over;

    /** @param isDefault whether the remote says nothing of it */
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

    /** Part of a request. */
    @FunctionalInterface
    interface Part<T> {
        T run() throws IOException;
    }

    /** Runs a part of the request, and says that it was late if that is why it failed. */
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

    /** From now on it does not end. */
    @Override
    public void close() {
        end.cancel(false);
    }
}
