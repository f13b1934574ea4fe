package dev.lading.upstream.http;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/**
 * Enforces a minimum speed: at least {@value #LEAST_BYTES} bytes in each minute spent reading a body. Without it, an
 * upstream that sends one byte just before each timeout would hold its reader for months.
 */
public final class MinimumProgress {
    private static final long LEAST_BYTES = 64 * 1024;
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final Pace pace;
    private Duration spent = Duration.ZERO;
    private long bytes;

    public MinimumProgress(Pace pace) {
        this.pace = pace;
    }

    /** One read from the body. */
    @FunctionalInterface
    public interface Read {
        /** @return the number of bytes, or -1 at the end */
        int run() throws IOException;
    }

    /** Runs and times one read; time the reader spends between two reads does not count. */
    public int watch(Read read) throws IOException {
        Instant start = pace.now();
        int count = read.run();
        spent = spent.plus(Duration.between(start, pace.now()));
        bytes += count;
        if (count >= 0 && spent.compareTo(WINDOW) >= 0) {
            if (bytes < LEAST_BYTES) {
                throw new IOException("it brought only " + bytes + " bytes in " + spent.toSeconds() + " s");
            }
            spent = Duration.ZERO;
            bytes = 0;
        }
        return count;
    }
}
