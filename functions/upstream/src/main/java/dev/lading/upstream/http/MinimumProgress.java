package dev.lading.upstream.http;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/**
 * Demands that a body brings at least {@value #LEAST_BYTES} bytes in each minute spent on reading it. Without that, one that
 * brings a byte just before each timeout would keep its reader for months.
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

    /** Part of reading. */
    @FunctionalInterface
    public interface Read {
        /** @return the number of bytes, or -1 at the end */
        int run() throws IOException;
    }

    /** The time the reader takes between two reads is its own. */
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
