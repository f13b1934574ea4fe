package dev.lading.distribution;

import dev.lading.history.PullThrough;
import dev.lading.history.ThroughPaths;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.RepositoryName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Pull-through distributions by base path, as this process knows them: read together, at most once in ten seconds, so
 * that a name which is not there costs no look-up.
 */
public final class PullThroughs implements ThroughPaths {
    /** Limit on how many there are; each is some 500 bytes in memory. */
    static final int MOST = 1_000;

    private static final Duration KNOWN = Duration.ofSeconds(10);

    private final MetadataStore store;
    private final InstantSource clock;
    private volatile Known known = new Known(Map.of(), Instant.MIN);

    private record Known(Map<String, PullThrough> byPath, Instant end) {}

    public PullThroughs(MetadataStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public Optional<PullThrough> at(RepositoryName name) {
        Map<String, PullThrough> byPath = byPath();
        if (byPath.isEmpty()) {
            return Optional.empty();
        }
        String text = name.value();
        for (int end = text.indexOf('/'); end > 0; end = text.indexOf('/', end + 1)) {
            PullThrough found = byPath.get(text.substring(0, end));
            if (found != null) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    /** The one whose base path a name is. */
    Optional<PullThrough> exactly(RepositoryName name) {
        return Optional.ofNullable(byPath().get(name.value()));
    }

    private Map<String, PullThrough> byPath() {
        Known now = known;
        return clock.instant().isBefore(now.end()) ? now.byPath() : read();
    }

    private synchronized Map<String, PullThrough> read() {
        Instant now = clock.instant();
        if (!now.isBefore(known.end())) {
            Map<String, PullThrough> all = store.stream(
                            PullThroughDistribution.TABLE, PullThroughDistribution.newestFirst(MOST))
                    .limit(MOST)
                    .map(PullThroughDistribution::through)
                    .collect(Collectors.toUnmodifiableMap(
                            through -> through.basePath().value(), Function.identity(), (newer, older) -> older));
            known = new Known(all, now.plus(KNOWN));
        }
        return known.byPath();
    }

    /** Reads them again at the next question, since this process changed one. */
    synchronized void changed() {
        known = new Known(Map.of(), Instant.MIN);
    }
}
