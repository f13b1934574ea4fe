package dev.lading.sync.demand;

import dev.lading.history.row.BlobOrigin;
import dev.lading.oci.RegistryException.UpstreamFailed;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteService;
import dev.lading.upstream.Upstream;
import dev.lading.upstream.http.WaitBudget;
import dev.lading.upstream.transport.Reach;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Upstream clients of this process for what is wanted now, one per upstream repository, so that requests share
 * connections, login and limits. A remote that was changed gets a new one.
 */
public final class RemoteClients implements AutoCloseable {
    /** Limit on idle clients, each with some connections. */
    private static final int MAX_IDLE = 32;

    private final RemoteService remotes;
    private final WaitBudget patience;
    private final Reach reach;

    /** Clients by what they are for, the one used last at the end. Guarded by this. */
    private final Map<Purpose, Shared> open = new LinkedHashMap<>(16, 0.75f, true);

    private record Purpose(BlobOrigin origin, long revision) {}

    private static final class Shared {
        final Upstream upstream;
        int users;

        Shared(Upstream upstream) {
            this.upstream = upstream;
        }
    }

    /** @param patience limits on an upstream's waits */
    public RemoteClients(RemoteService remotes, WaitBudget patience, Reach reach) {
        this.remotes = remotes;
        this.patience = patience;
        this.reach = reach;
    }

    /** The use of a client, until it is closed. */
    public final class Lease implements AutoCloseable {
        private final Shared shared;

        private Lease(Shared shared) {
            this.shared = shared;
        }

        public Upstream upstream() {
            return shared.upstream;
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
        Shared shared = open.computeIfAbsent(
                purpose,
                each -> new Shared(Upstream.open(
                        remote.settings().at(each.origin().upstreamName()), remotes.secrets(remote), patience, reach)));
        shared.users++;
        return new Lease(shared);
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
