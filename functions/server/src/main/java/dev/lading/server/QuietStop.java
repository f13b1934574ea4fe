package dev.lading.server;

import io.quarkus.logging.LoggingFilter;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Drops what the framework says of requests that a stop breaks off: it has taken itself apart by then, cannot answer,
 * and logs stacks with the whole address of the request, which may hold an upload's permission.
 */
@LoggingFilter(name = "quiet-stop")
public final class QuietStop implements Filter {
    private static volatile boolean stopping;

    static void begin() {
        stopping = true;
    }

    @Override
    public boolean isLoggable(LogRecord record) {
        return !stopping || !String.valueOf(record.getLoggerName()).startsWith("io.");
    }
}
