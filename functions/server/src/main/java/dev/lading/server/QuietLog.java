package dev.lading.server;

import io.quarkus.logging.LoggingFilter;
import java.io.IOException;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Drops stacks of the framework that tell an operator nothing: of requests that a stop breaks off, when it has taken
 * itself apart, cannot answer, and logs the whole address of the request, which may hold an upload's permission; and of
 * peers that hang up, which anybody may do as often as he likes.
 */
@LoggingFilter(name = "quiet")
public final class QuietLog implements Filter {
    private static volatile boolean stopping;

    static void stopping() {
        stopping = true;
    }

    @Override
    public boolean isLoggable(LogRecord record) {
        return !(stopping && isOfStop(record)) && !isOfPeer(record);
    }

    private static boolean isOfStop(LogRecord record) {
        return isFrameworks(record.getLoggerName()) || isFrameworks(thrower(record.getThrown()));
    }

    /** A connection fails by what its peer does; files fail elsewhere, but for one that is sent. */
    private static boolean isOfPeer(LogRecord record) {
        return "io.vertx.core.net.impl.ConnectionBase".equals(record.getLoggerName())
                && record.getThrown() instanceof IOException failure
                && !"Input/output error".equals(failure.getMessage());
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
