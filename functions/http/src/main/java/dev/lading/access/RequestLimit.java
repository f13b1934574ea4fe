package dev.lading.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.lading.oci.RegistryException.TooManyRequests;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * A limit on the requests of each user, of each robot, of the administrator, and of each source of requests that nobody
 * was authenticated for: so many a second, and those of {@link #BURST_SECONDS} at once by whoever rested so long. What
 * is refused counts for nothing, so that a client which repeats at once is not held off for good.
 *
 * <p>It is exact within a process, whatever runs at once, and known to it alone: several processes admit as much each.
 * Principals are kept apart from sources, so that no number of addresses displaces what is known of an account.
 */
public final class RequestLimit {
    /** No limit, as behind a gateway that has one for all callers together. */
    public static final RequestLimit NONE = new RequestLimit(0, System::nanoTime);

    public static final int MOST_PER_SECOND = 1_000_000;

    static final int BURST_SECONDS = 10;

    /** Limit on entries of each of the two caches; some 2 MB each. */
    private static final int MAX_CALLERS = 10_000;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long TELL_EVERY = TimeUnit.MINUTES.toNanos(1);
    private static final Logger LOG = Logger.getLogger(RequestLimit.class);

    private final int perSecond;
    private final LongSupplier nanoTime;
    private final Cache<String, Bucket> principals;
    private final Cache<Source, Bucket> sources;
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong tell;

    private RequestLimit(int perSecond, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
        this.principals = cache();
        this.sources = cache();
        this.tell = new AtomicLong(nanoTime.getAsLong());
    }

    /** @param perSecond 0: no limit */
    public static RequestLimit of(int perSecond) {
        return of(perSecond, System::nanoTime);
    }

    static RequestLimit of(int perSecond, LongSupplier nanoTime) {
        if (perSecond < 0 || perSecond > MOST_PER_SECOND) {
            throw new IllegalArgumentException("the limit of requests a second is a number from 1 to " + MOST_PER_SECOND
                    + ", or 0 for none, not " + perSecond);
        }
        return perSecond == 0 ? NONE : new RequestLimit(perSecond, nanoTime);
    }

    private <K> Cache<K, Bucket> cache() {
        return Caffeine.newBuilder()
                .maximumSize(MAX_CALLERS)
                // A bucket that rested is as a new one.
                .expireAfterAccess(Duration.ofSeconds(BURST_SECONDS))
                .ticker(nanoTime::getAsLong)
                .build();
    }

    /**
     * Counts a request.
     *
     * @param source asked where the caller is anonymous
     * @throws TooManyRequests if the caller has sent too many; it does not count then
     */
    public void count(Caller caller, Supplier<Source> source) {
        if (perSecond == 0) {
            return;
        }
        long now = nanoTime.getAsLong();
        String who;
        long waitNanos;
        if (caller.isAnonymous()) {
            Source from = source.get();
            who = from.network();
            waitNanos = sources.get(from, key -> new Bucket(now)).take(now);
        } else {
            who = caller.principal();
            waitNanos = principals.get(who, key -> new Bucket(now)).take(now);
        }
        if (waitNanos > 0) {
            tell(who, now);
            throw new TooManyRequests(
                    "more than " + perSecond + " requests a second came from "
                            + (caller.isAnonymous() ? "your address" : "you"),
                    Duration.ofSeconds(Math.ceilDiv(waitNanos, SECOND)));
        }
    }

    private void tell(String who, long now) {
        refused.incrementAndGet();
        long due = tell.get();
        if (now - due >= 0 && tell.compareAndSet(due, now + TELL_EVERY)) {
            LOG.warnf(
                    "more than %d requests a second, now from %s: refused %d since this was last said",
                    perSecond, who, refused.getAndSet(0));
        }
    }

    /** The number of principals and sources that are counted. */
    long remembered() {
        principals.cleanUp();
        sources.cleanUp();
        return principals.estimatedSize() + sources.estimatedSize();
    }

    /**
     * What one caller has used up, as the time by which that is made good. A request moves it by its share of a second;
     * it may lie {@link #BURST_SECONDS} ahead.
     */
    private final class Bucket {
        private final AtomicLong even;

        Bucket(long now) {
            this.even = new AtomicLong(now);
        }

        /** Returns 0, or for how many nanoseconds there is nothing to take. */
        long take(long now) {
            long share = Math.ceilDiv(SECOND, perSecond);
            long most = share * perSecond * BURST_SECONDS;
            while (true) {
                long before = even.get();
                long after = (before - now > 0 ? before : now) + share;
                long wait = after - now - most;
                if (wait > 0) {
                    return wait;
                }
                if (even.compareAndSet(before, after)) {
                    return 0;
                }
            }
        }
    }
}
