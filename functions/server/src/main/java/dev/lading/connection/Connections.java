package dev.lading.connection;

import dev.lading.access.Source;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * All connections of this process and their limits: on their number, on those of one source, and on bytes held for
 * peers. When too much is held, the connection that holds most for longest is closed; when there are too many, an idle
 * one of the source that has most, in favour of a source that has fewer.
 */
final class Connections {
    private static final Logger LOG = Logger.getLogger(Connections.class);
    private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

    private final int most;
    private final long mostHeldBytes;
    private final Set<ConnectionGuard> open = ConcurrentHashMap.newKeySet();
    private final Map<Source, Integer> bySource = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong heldBytes = new AtomicLong();
    private final AtomicLong lastLine = new AtomicLong(System.nanoTime() - QUIET_NANOS);
    private final AtomicLong unsaid = new AtomicLong();

    /**
     * @param most in all; half of it for one source
     * @param mostHeldBytes of incomplete requests and of answers not read yet
     */
    Connections(int most, long mostHeldBytes) {
        this.most = most;
        this.mostHeldBytes = mostHeldBytes;
    }

    /** @return false: there are too many already */
    boolean admit(Source source, boolean countsBySource) {
        if (count.incrementAndGet() > most && !makeRoom(source)) {
            count.decrementAndGet();
            say("a connection from " + source.network() + " is closed: there are " + most + " already");
            return false;
        }
        if (countsBySource && !admitRequest(source)) {
            count.decrementAndGet();
            say("a connection from " + source.network() + " is closed: it has " + most / 2
                    + " already, half of all there may be (--max-connections)");
            return false;
        }
        return true;
    }

    /** Closes an idle connection of the source that has most of those, if it has more than this one will have. */
    private synchronized boolean makeRoom(Source source) {
        int share = connectionsOf(source) + 1;
        // Looked at first, for there are fewer sources than connections, and a refused client tries again at once.
        if (bySource.values().stream().noneMatch(others -> others > share)) {
            return false;
        }
        Optional<ConnectionGuard> resting = open.stream()
                .filter(connection -> connection.rests() && connectionsOf(connection.source()) > share)
                .max(Comparator.comparingInt(connection -> connectionsOf(connection.source())));
        resting.ifPresent(connection -> {
            say("a connection of " + connection.source().network() + " is closed: there are " + most
                    + " already, it has most of them, and others come");
            connection.shed();
        });
        return resting.isPresent();
    }

    private int connectionsOf(Source source) {
        return bySource.getOrDefault(source, 0);
    }

    /** Counts one more request for a source; false: it has half of all already. */
    boolean admitRequest(Source source) {
        if (bySource.merge(source, 1, Integer::sum) <= Math.max(1, most / 2)) {
            return true;
        }
        leaveRequest(source);
        return false;
    }

    void leaveRequest(Source source) {
        bySource.computeIfPresent(source, (key, n) -> n > 1 ? n - 1 : null);
    }

    void add(ConnectionGuard connection) {
        open.add(connection);
    }

    void leave(Source source, boolean countedBySource) {
        count.decrementAndGet();
        if (countedBySource) {
            leaveRequest(source);
        }
    }

    void remove(ConnectionGuard connection) {
        open.remove(connection);
    }

    /** Counts bytes that are held; negative: released. */
    void held(long bytes) {
        if (heldBytes.addAndGet(bytes) > mostHeldBytes && bytes > 0) {
            shed();
        }
    }

    private synchronized void shed() {
        while (heldBytes.get() > mostHeldBytes) {
            long now = System.nanoTime();
            ConnectionGuard worst = open.stream()
                    .max(Comparator.comparingDouble(connection -> connection.burden(now)))
                    .filter(connection -> connection.heldBytes() > 0)
                    .orElse(null);
            if (worst == null) {
                return;
            }
            say("the connection of " + worst.source().network() + " is closed: it holds " + worst.heldBytes()
                    + " bytes that it does not take or finish, and " + mostHeldBytes + " are held in all");
            worst.shed();
        }
    }

    /** Logs at most one line a minute, with how many were left out. */
    void say(String what) {
        long now = System.nanoTime();
        long last = lastLine.get();
        if (now - last >= QUIET_NANOS && lastLine.compareAndSet(last, now)) {
            long more = unsaid.getAndSet(0);
            LOG.warn(more == 0 ? what : what + " (and " + more + " more since the last line)");
        } else {
            unsaid.incrementAndGet();
        }
    }
}
