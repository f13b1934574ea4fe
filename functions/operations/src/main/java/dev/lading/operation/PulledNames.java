package dev.lading.operation;

import dev.lading.distribution.DistributionId;
import dev.lading.distribution.PullThroughDistribution;
import dev.lading.distribution.PullThroughService;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteService;
import dev.lading.repository.RepositoryService;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Lets what pulls made follow what they went through, once that was changed. May be run again. */
@Singleton
public class PulledNames {
    private final PullThroughService pullThroughs;
    private final RepositoryService repositories;
    private final RemoteService remotes;

    public PulledNames(PullThroughService pullThroughs, RepositoryService repositories, RemoteService remotes) {
        this.pullThroughs = pullThroughs;
        this.repositories = repositories;
        this.remotes = remotes;
    }

    /** Its repositories keep as many versions as it says. */
    void follow(DistributionId id) {
        pullThroughs.find(id).map(PullThroughDistribution::settings).ifPresent(settings -> {
            Optional<Integer> retained = settings.retainVersions();
            pullThroughs
                    .made(id.value())
                    .flatMap(made -> made.repository().flatMap(repositories::find).stream())
                    .filter(repository ->
                            !repository.settings().retainVersions().equals(retained))
                    .forEach(repository -> repositories.update(repository.id(), before -> before.retaining(retained)));
        });
    }

    /** The remotes that pulls made lead where it leads, so that a sync brings what pulls bring. */
    void follow(RemoteId id) {
        remotes.find(id).ifPresent(source -> pullThroughs.of(id).forEach(through -> follow(source, through)));
    }

    private void follow(Remote source, PullThroughDistribution through) {
        pullThroughs
                .made(through.id().value())
                .flatMap(made -> remotes.findNamed(made.basePath().value()).stream()
                        .filter(copy -> copy.settings()
                                .upstreamName()
                                .equals(through.through().upstreamName(made.basePath()))))
                .forEach(copy -> remotes.follow(source, copy));
    }
}
