package dev.lading.content;

import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Notes when manifests were last pulled, each at most once a day, so that what nobody pulls is found. By manifest and
 * not by tag: clients pull by digest, too, and a tag that moves says nothing of what it was on. Thread-safe.
 */
public final class LastPulls {
    private static final Logger LOG = Logger.getLogger(LastPulls.class);

    /** How long a pull is not noted again. */
    public static final Duration EXACT = Duration.ofDays(1);

    /** Limit on pulls that are remembered, each some 200 bytes. All are forgotten together, and read again. */
    private static final int MOST = 10_000;

    private final MetadataStore store;
    private final InstantSource clock;
    private final Map<Manifest, Instant> known = new ConcurrentHashMap<>();

    private record Manifest(RepositoryId repository, Digest digest) {}

    public LastPulls(MetadataStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Notes a pull that is answered now. Never fails it. */
    public void pulled(ManifestEntry manifest) {
        var pulled = new Manifest(manifest.repository(), manifest.digest());
        Instant now = clock.instant();
        Instant before = known.get(pulled);
        if (before != null && isExact(before, now)) {
            return;
        }
        try {
            Instant noted = note(pulled, now);
            if (known.size() >= MOST) {
                known.clear();
            }
            known.put(pulled, noted);
        } catch (RuntimeException e) {
            LOG.warnf(e, "the pull of %s is not noted; the next one is", manifest.digest());
        }
    }

    private static boolean isExact(Instant noted, Instant now) {
        return now.isBefore(noted.plus(EXACT));
    }

    /** Another process may have noted one today. */
    private Instant note(Manifest pulled, Instant now) {
        return store.get(LastPull.TABLE, LastPull.key(pulled.repository(), pulled.digest()))
                .map(LastPull::at)
                .filter(noted -> isExact(noted, now))
                .orElseGet(() -> {
                    store.writeUnsynced(List.of(
                            Write.put(LastPull.TABLE, new LastPull(pulled.repository(), pulled.digest(), now))));
                    return now;
                });
    }
}
