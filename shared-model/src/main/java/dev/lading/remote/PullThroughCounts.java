package dev.lading.remote;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Counts what this process serves of pull-through remotes and asks of their upstreams. Nothing is stored, so that a pull
 * of what is here costs no write. Thread-safe.
 */
public final class PullThroughCounts {
    /** Limit on remotes that are counted, as on pull-through distributions. */
    static final int MOST = 1_000;

    private final Instant since;
    private final Map<RemoteId, PullThroughCounter> counters = new ConcurrentHashMap<>();

    public PullThroughCounts(InstantSource clock) {
        this.since = clock.instant();
    }

    /** When counting began. */
    public Instant since() {
        return since;
    }

    /** The remote's counter; one that nobody reads, if there are too many. */
    public PullThroughCounter of(RemoteId remote) {
        PullThroughCounter known = counters.get(remote);
        if (known != null) {
            return known;
        }
        return counters.size() < MOST
                ? counters.computeIfAbsent(remote, each -> new PullThroughCounter())
                : new PullThroughCounter();
    }

    public PullThroughFigures figures(RemoteId remote) {
        return Optional.ofNullable(counters.get(remote))
                .map(PullThroughCounter::figures)
                .orElse(PullThroughFigures.NONE);
    }

    /** By remote; those of which nothing was counted are left out. */
    public Map<RemoteId, PullThroughFigures> figures() {
        return counters.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, each -> each.getValue().figures()));
    }

    /** Makes room, since the remote is there no more. */
    public void forget(RemoteId remote) {
        counters.remove(remote);
    }
}
