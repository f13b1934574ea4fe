package dev.lading.sync.demand;

import dev.lading.history.row.BlobOrigin;
import dev.lading.oci.RegistryException.UpstreamFailed;
import dev.lading.remote.PullThroughCounter;
import dev.lading.remote.PullThroughCounts;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteKind;
import dev.lading.remote.RemoteService;
import dev.lading.remote.RemoteSettings;
import dev.lading.upstream.Upstream;
import dev.lading.upstream.http.Pace;
import dev.lading.upstream.http.RateLimit;
import dev.lading.upstream.http.RequestListener;
import dev.lading.upstream.http.WaitBudget;
import dev.lading.upstream.transport.Reach;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Upstream clients of this process for what is wanted now, one per upstream repository, so that requests share
 * connections and login. Those of one remote share its limits. A remote that was changed gets a new one.
 */
public final class RemoteClients implements AutoCloseable {
    /** Limit on idle clients, each with some connections. */
    private static final int MAX_IDLE = 32;

    private final RemoteService remotes;
    private final WaitBudget patience;
    private final Reach reach;
    private final PullThroughCounts counts;

    /** Clients by what they are for, the one used last at the end. Guarded by this. */
    private final Map<Purpose, Shared> open = new LinkedHashMap<>(16, 0.75f, true);

    private record Purpose(BlobOrigin origin, long revision) {
        boolean isOfOneRemoteWith(Purpose other) {
            return origin.remote().equals(other.origin.remote()) && revision == other.revision;
        }
    }

    private static final class Shared {
        final Upstream upstream;
        final Limits limits;
        int users;

        Shared(Upstream upstream, Limits limits) {
            this.upstream = upstream;
            this.limits = limits;
        }
    }

    /** What clients of one remote have in common. */
    private record Limits(Pace pace, PullThroughCounter counter) {}

    /** Counts the requests of a pull-through remote. */
    private record Counting(PullThroughCounter counter) implements RequestListener {
        @Override
        public void sending() {
            counter.requested();
        }

        @Override
        public void heard(RateLimit limit) {
            counter.limited(limit.limit(), limit.remaining());
        }
    }

    /** @param patience limits on an upstream's waits */
    public RemoteClients(RemoteService remotes, WaitBudget patience, Reach reach, PullThroughCounts counts) {
        this.remotes = remotes;
        this.patience = patience;
        this.reach = reach;
        this.counts = counts;
    }

    /** The use of a client, until it is closed. */
    public final class Lease implements AutoCloseable {
        private final Shared shared;
        private final Remote remote;

        private Lease(Shared shared, Remote remote) {
            this.shared = shared;
            this.remote = remote;
        }

        /** As it was when the lease began. */
        Remote remote() {
            return remote;
        }

        public Upstream upstream() {
            return shared.upstream;
        }

        /** Counts bytes that came from the upstream. */
        void fetched(long bytes) {
            shared.limits.counter().fetched(bytes);
        }

        @Override
        public void close() {
            giveBack(shared);
        }
    }

    /** @throws UpstreamFailed if the remote is gone */
    public Lease lease(BlobOrigin origin) {
        Remote remote = remotes.find(origin.remote())
                .orElseThrow(() -> new UpstreamFailed(
                        "the remote that leads to " + origin.upstreamName() + " was deleted, so it cannot be fetched"));
        return lease(new Purpose(origin, remote.revision()), remote);
    }

    private synchronized Lease lease(Purpose purpose, Remote remote) {
        Shared shared = open.get(purpose);
        if (shared == null) {
            shared = open(purpose, remote);
            open.put(purpose, shared);
        }
        shared.users++;
        return new Lease(shared, remote);
    }

    private Shared open(Purpose purpose, Remote remote) {
        Limits limits = open.entrySet().stream()
                .filter(each -> each.getKey().isOfOneRemoteWith(purpose))
                .map(each -> each.getValue().limits)
                .findFirst()
                .orElseGet(() -> limits(remote));
        RemoteSettings settings = remote.settings().at(purpose.origin().upstreamName());
        return new Shared(Upstream.open(settings, remotes.secrets(remote), limits.pace(), reach), limits);
    }

    private Limits limits(Remote remote) {
        // Other remotes have no figures.
        PullThroughCounter counter =
                remote.settings().kind() == RemoteKind.PULL_THROUGH ? counts.of(remote.id()) : new PullThroughCounter();
        return new Limits(new Pace(patience, remote.settings().connection(), new Counting(counter)), counter);
    }

    private synchronized void giveBack(Shared shared) {
        shared.users--;
        Iterator<Shared> oldest = open.values().iterator();
        while (open.size() > MAX_IDLE && oldest.hasNext()) {
            Shared candidate = oldest.next();
            if (candidate.users == 0) {
                oldest.remove();
                candidate.upstream.close();
            }
        }
    }

    @Override
    public synchronized void close() {
        open.values().forEach(shared -> shared.upstream.close());
        open.clear();
    }
}
