package dev.lading.server;

import io.quarkus.logging.LoggingFilter;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

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
        return !stopping || !(isFrameworks(record.getLoggerName()) || isFrameworks(thrower(record.getThrown())));
    }

    private static boolean isFrameworks(@Nullable String name) {
        return name != null && name.startsWith("io.");
    }

    /** The class that threw; ours log its failures, too. */
    private static @Nullable String thrower(@Nullable Throwable thrown) {
        StackTraceElement[] stack = thrown == null ? new StackTraceElement[0] : thrown.getStackTrace();
        return stack.length == 0 ? null : stack[0].getClassName();
    }
}
