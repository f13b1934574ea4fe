package dev.lading.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.lading.access.Caller;
import dev.lading.access.Source;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * A log line for each request whose credentials were refused, or did not suffice. Above {@link #LINES} of a source in a
 * minute, and {@link #LINES_OF_ALL} of all, they are only counted, and told at the end of the minute. A request without
 * credentials is none of them: answered with a challenge, it is how every client begins.
 */
public final class RefusalLog {
    static final int LINES = 10;

    /** A flood from everywhere must not fill a disk. */
    static final int LINES_OF_ALL = 1_000;

    static final Duration MINUTE = Duration.ofMinutes(1);

    private static final int MAX_SOURCES = 10_000;
    private static final int MAX_PATH = 300;
    private static final Source ALL = new Source("all sources");
    private static final Logger LOG = Logger.getLogger(RefusalLog.class);

    private final Cache<Source, AtomicInteger> counts;

    RefusalLog() {
        this(Ticker.systemTicker());
    }

    RefusalLog(InstantSource clock) {
        this(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()));
    }

    private RefusalLog(Ticker ticker) {
        this.counts = Caffeine.newBuilder()
                .ticker(ticker)
                .scheduler(Scheduler.systemScheduler())
                .executor(Runnable::run)
                .expireAfterWrite(MINUTE)
                .maximumSize(MAX_SOURCES)
                .<Source, AtomicInteger>removalListener((source, count, cause) -> {
                    if (source != null && count != null && !source.equals(ALL)) {
                        tellSum(source, count.get());
                    }
                })
                .build();
    }

    /**
     * Tells of a refusal, or counts it.
     *
     * @param caller empty: the credentials were wrong
     */
    void refused(Optional<Caller> caller, Source source, String method, String path, int status) {
        int ofSource = count(source);
        if (ofSource <= LINES && count(ALL) <= LINES_OF_ALL) {
            LOG.infof(
                    "refused with %d: %s from %s: %s %s",
                    status,
                    caller.map(known -> known.principal() + " by " + RequestActor.credential(known))
                            .orElse("wrong credentials"),
                    source.network(),
                    method,
                    path.length() > MAX_PATH ? path.substring(0, MAX_PATH) + "…" : path);
        }
    }

    private int count(Source source) {
        return counts.get(source, key -> new AtomicInteger()).incrementAndGet();
    }

    private static void tellSum(Source source, int count) {
        if (count > LINES) {
            LOG.infof("refused %d requests from %s within a minute", count, source.network());
        }
    }

    /** Tells what is due; a clock that is not the system's does not do that by itself. */
    void tellDue() {
        counts.cleanUp();
    }
}
