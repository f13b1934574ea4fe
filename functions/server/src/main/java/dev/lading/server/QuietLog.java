package dev.lading.server;

import dev.lading.server.warmup.WarmUp;
import io.quarkus.logging.LoggingFilter;
import java.io.IOException;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * A log filter that drops the framework's stack traces that tell an operator nothing: of requests interrupted by a
 * stop, which it cannot answer and logs with the whole address, including an upload's permission; and of peers that
 * hang up, which any client can cause any number of times. And what the warm-up does is nobody's to know.
 */
@LoggingFilter(name = "quiet")
public final class QuietLog implements Filter {
    private static volatile boolean stopping;

    static void stopping() {
        stopping = true;
    }

    @Override
    public boolean isLoggable(LogRecord record) {
        return !(stopping && isOfStop(record)) && !isOfPeer(record) && !WarmUp.isItsWork();
    }

    private static boolean isOfStop(LogRecord record) {
        return isFrameworks(record.getLoggerName()) || isFrameworks(thrower(record.getThrown()));
    }

    /**
     * Whether a peer caused it: connections fail because of their peers; files fail elsewhere, except for one that is
     * being sent.
     */
    private static boolean isOfPeer(LogRecord record) {
        return "io.vertx.core.net.impl.ConnectionBase".equals(record.getLoggerName())
                && record.getThrown() instanceof IOException failure
                && !"Input/output error".equals(failure.getMessage());
    }

    private static boolean isFrameworks(@Nullable String name) {
        return name != null && name.startsWith("io.");
    }

    /** The class that threw; failures of our own classes are logged, too. */
    private static @Nullable String thrower(@Nullable Throwable thrown) {
        StackTraceElement[] stack = thrown == null ? new StackTraceElement[0] : thrown.getStackTrace();
        return stack.length == 0 ? null : stack[0].getClassName();
    }
}
