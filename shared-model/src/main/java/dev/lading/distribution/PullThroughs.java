package dev.lading.distribution;

import dev.lading.history.PullThrough;
import dev.lading.history.ThroughPaths;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.RepositoryName;
import dev.lading.remote.Remote;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    private volatile Known known = Known.NOTHING;

    /** @param byHost made when somebody asks for it, since it costs a read for each */
    private record Known(
            Map<String, PullThrough> byPath, Instant end, Optional<Map<String, List<PullThrough>>> byHost) {
        static final Known NOTHING = new Known(Map.of(), Instant.MIN, Optional.empty());
    }

    /** What Docker Hub calls itself to its clients, and what it is reached at. */
    public static final Set<String> DOCKER_HUB = Set.of("docker.io", "index.docker.io", "registry-1.docker.io");

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

    @Override
    public Optional<PullThrough> exactly(RepositoryName basePath) {
        return Optional.ofNullable(byPath().get(basePath.value()));
    }

    @Override
    public List<PullThrough> of(String host) {
        return byPath().isEmpty() ? List.of() : byHost().getOrDefault(host.toLowerCase(Locale.ROOT), List.of());
    }

    private synchronized Map<String, List<PullThrough>> byHost() {
        Known now = known;
        if (now.byHost().isPresent()) {
            return now.byHost().get();
        }
        Map<String, List<PullThrough>> byHost = new HashMap<>();
        now.byPath().values().stream()
                // Ids are in the order of time.
                .sorted(Comparator.comparing(through -> through.id().toString()))
                .forEach(through -> hosts(through)
                        .forEach(host -> byHost.computeIfAbsent(host, key -> new ArrayList<>())
                                .add(through)));
        known = new Known(now.byPath(), now.end(), Optional.of(byHost));
        return byHost;
    }

    private Stream<String> hosts(PullThrough through) {
        return store.get(Remote.TABLE, Remote.key(through.remote())).stream()
                .map(remote -> remote.settings().url().address().authority())
                .flatMap(host -> DOCKER_HUB.contains(host) ? DOCKER_HUB.stream() : Stream.of(host));
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
            known = new Known(all, now.plus(KNOWN), Optional.empty());
        }
        return known.byPath();
    }

    /** Reads them again at the next question, since this process changed one. */
    synchronized void changed() {
        known = Known.NOTHING;
    }
}
