package dev.lading.operation.build;

import dev.lading.distribution.PullThroughDistribution;
import dev.lading.distribution.PullThroughService;
import dev.lading.distribution.PullThroughs;
import dev.lading.history.Repository;
import dev.lading.metadata.Page;
import dev.lading.oci.RepositoryName;
import dev.lading.operation.build.BuildPlan.MirrorRule;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteService;
import dev.lading.repository.RepositoryService;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds which images of other registries are here, and at which names. */
final class MirrorRules {
    private static final Comparator<PullThroughDistribution> OLDEST =
            Comparator.comparing(PullThroughDistribution::created);

    /** A builder reads them all for each image that it looks up. */
    private static final int MOST = 1_000;

    private static final int MOST_READ = 20_000;

    private final PullThroughService pullThroughs;
    private final RepositoryService repositories;
    private final RemoteService remotes;

    MirrorRules(PullThroughService pullThroughs, RepositoryService repositories, RemoteService remotes) {
        this.pullThroughs = pullThroughs;
        this.repositories = repositories;
        this.remotes = remotes;
    }

    /** All of them: for the same images the older one, and a mirror of one repository before one of its registry. */
    List<MirrorRule> all() {
        Map<String, MirrorRule> rules = new LinkedHashMap<>();
        Map<RemoteId, Optional<Remote>> known = new HashMap<>();
        Stream.concat(
                        Page.all(pullThroughs::list).sorted(OLDEST).flatMap(through -> rule(through, known).stream()),
                        Page.all(repositories::list).limit(MOST_READ).flatMap(mirror -> rule(mirror, known).stream()))
                .limit(MOST)
                .forEach(rule -> rules.putIfAbsent(rule.upstream(), rule));
        return List.copyOf(rules.values());
    }

    private Optional<MirrorRule> rule(PullThroughDistribution through, Map<RemoteId, Optional<Remote>> known) {
        return remote(through.through().remote(), known)
                .map(remote -> new MirrorRule(
                        registry(remote), through.through().basePath().value()));
    }

    private Optional<MirrorRule> rule(Repository mirror, Map<RemoteId, Optional<Remote>> known) {
        Optional<RepositoryName> at = mirror.followers().stream().findFirst();
        return mirror.settings()
                .remote()
                .filter(_ -> at.isPresent())
                .flatMap(id -> remote(id, known))
                .map(remote -> new MirrorRule(
                        registry(remote) + "/" + remote.settings().upstreamName(),
                        at.orElseThrow().value()));
    }

    private Optional<Remote> remote(RemoteId id, Map<RemoteId, Optional<Remote>> known) {
        return known.computeIfAbsent(id, remotes::find);
    }

    private static String registry(Remote remote) {
        String host = remote.settings().url().address().authority();
        return PullThroughs.DOCKER_HUB.contains(host) ? "docker.io" : host;
    }
}
