package dev.lading.operation.build;

import dev.lading.commit.Progress;
import dev.lading.curation.CurationService;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.DistributionService;
import dev.lading.distribution.DistributionSettings;
import dev.lading.grant.Namespace;
import dev.lading.history.Repository;
import dev.lading.history.RepositorySettings;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.history.row.TagEntry;
import dev.lading.metadata.Labels;
import dev.lading.metadata.UuidV7;
import dev.lading.oci.Digest;
import dev.lading.oci.RepositoryName;
import dev.lading.repository.RepositoryService;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A repository for each that is built in, which keeps the layers of its builds. It is restricted, and what is in it can
 * be made again.
 */
public final class BuildCache {
    private static final Duration MOST_AGE = Duration.ofDays(30);
    private static final int MOST_LAYERS = 500;

    private final RepositoryService repositories;
    private final DistributionService distributions;
    private final CurationService curation;
    private final InstantSource clock;

    BuildCache(
            RepositoryService repositories,
            DistributionService distributions,
            CurationService curation,
            InstantSource clock) {
        this.repositories = repositories;
        this.distributions = distributions;
        this.curation = curation;
        this.clock = clock;
    }

    /** What keeps the layers of builds in a repository is called so, whether it is there or not. */
    public static RepositoryName nameOf(RepositoryId built) {
        return new RepositoryName(Namespace.BUILD_CACHES + "/" + built);
    }

    /** The cache of a repository, which is made if there is none. */
    RepositoryName of(Repository built) {
        RepositoryName name = nameOf(built.id());
        if (repositories.find(name).isEmpty()) {
            // Before anything can be pushed, since a push would make a name that anybody may pull.
            Repository cache =
                    repositories.findNamed(name.value()).orElseGet(() -> repositories.create(settings(name, built)));
            if (distributions.findAt(name).isEmpty()) {
                distributions.create(DistributionId.next(clock.instant()), served(name, cache));
            }
        }
        return name;
    }

    private static RepositorySettings settings(RepositoryName name, Repository built) {
        String title = built.settings().name();
        return new RepositorySettings(
                name.value(),
                Optional.of("Layers of builds in '" + title + "'. What is here can be made again."),
                Labels.NONE,
                Optional.of(RepositorySettings.LEAST_RETAINED),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static DistributionSettings served(RepositoryName name, Repository cache) {
        return new DistributionSettings(
                name.value(),
                name,
                Optional.of(cache.id()),
                Optional.empty(),
                true,
                false,
                Labels.NONE,
                Optional.empty(),
                Optional.empty());
    }

    /** Removes the layers that are old, the oldest of too many, and those that were made anew. */
    void evict(RepositoryName name) {
        repositories.find(name).ifPresent(view -> {
            List<ContentUnit> old = old(view);
            if (!old.isEmpty()) {
                var _ = curation.remove(view.repository(), old, Progress.NONE);
            }
        });
    }

    private List<ContentUnit> old(RepositoryView view) {
        Instant oldest = clock.instant().minus(MOST_AGE);
        List<TagEntry> newestFirst = view.stream(TagEntry.TABLE)
                .sorted(Comparator.comparing(BuildCache::made).reversed())
                .toList();
        List<ContentUnit> old = new ArrayList<>();
        Set<Digest> tagged = new HashSet<>();
        for (int i = 0; i < newestFirst.size(); i++) {
            TagEntry entry = newestFirst.get(i);
            entry.digest().ifPresent(tagged::add);
            if (i >= MOST_LAYERS || made(entry).isBefore(oldest)) {
                entry.unit().ifPresent(old::add);
            }
        }
        view.stream(ManifestEntry.TABLE)
                .filter(manifest -> !tagged.contains(manifest.digest()))
                .flatMap(manifest -> manifest.unit().stream())
                .forEach(old::add);
        return old;
    }

    private static Instant made(TagEntry entry) {
        return entry.id().map(UuidV7::time).orElse(Instant.EPOCH);
    }
}
