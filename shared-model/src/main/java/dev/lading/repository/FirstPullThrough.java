package dev.lading.repository;

import dev.lading.distribution.BasePathIndex;
import dev.lading.distribution.Distribution;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.DistributionSettings;
import dev.lading.distribution.MadeThrough;
import dev.lading.history.PullPath;
import dev.lading.history.PullThrough;
import dev.lading.history.Repository;
import dev.lading.history.RepositorySettings;
import dev.lading.history.row.OriginUse;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Condition;
import dev.lading.metadata.Labels;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RepositoryName;
import dev.lading.remote.Remote;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes what a pull through another distribution needs at a name that nobody has pulled yet. */
public final class FirstPullThrough {
    private final MetadataStore store;
    private final InstantSource clock;

    FirstPullThrough(MetadataStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Makes the remote of a name. */
    public interface NewRemote {
        /** A remote to be written, under an id that is new. */
        Remote make();

        /** The remote that an earlier repository of this name left, if it leads to where the new one would. */
        Optional<Remote> left();

        /** Writes that create a remote. */
        List<Write> writes(Remote remote);
    }

    RepositoryId make(PullThrough through, RepositoryName name, NewRemote remote, List<Write> also) {
        return OptimisticRetry.within(3, () -> attempt(through, name, remote, also))
                .orElseThrow(() -> new EntityInUse("'" + name + "' cannot be pulled through '" + through.basePath()
                        + "': a repository, a distribution or a remote has that name already, and is not taken over;"
                        + " rename it, or pull another name"));
    }

    /** Empty: somebody has one of the names, perhaps another pull by now all of them. */
    private Optional<RepositoryId> attempt(
            PullThrough through, RepositoryName name, NewRemote remote, List<Write> also) {
        Optional<PullPath> served = store.get(PullPath.TABLE, PullPath.key(name));
        if (served.isPresent()) {
            return served.filter(path -> path.through().equals(Optional.of(through.id())))
                    .map(PullPath::repository);
        }
        Instant now = clock.instant();
        List<Write> writes = new ArrayList<>(also);
        Optional<Remote> left = remote.left();
        Remote own = left.orElseGet(remote::make);
        if (left.isEmpty()) {
            writes.addAll(remote.writes(own));
        }
        var repository = Repository.empty(RepositoryId.next(now), settings(through, name, own), now)
                .shownAt(name, Optional.empty());
        var distribution = Distribution.first(
                DistributionId.next(now), DistributionSettings.made(through, name, repository.id()), now);
        writes.addAll(RepositoryService.newRepository(repository));
        writes.add(Write.put(Distribution.TABLE, distribution, Condition.absent()));
        writes.add(Distribution.NAMES.claim(distribution.named()));
        writes.addAll(BasePathIndex.claim(distribution.at()));
        writes.add(Write.put(
                PullPath.TABLE, distribution.serving(repository.version()).orElseThrow(), Condition.absent()));
        writes.add(new MadeThrough(through.id(), name, distribution.id()).put());
        writes.add(new OriginUse(through.remote(), repository.id()).put());
        return store.write(writes) ? Optional.of(repository.id()) : Optional.empty();
    }

    private static RepositorySettings settings(PullThrough through, RepositoryName name, Remote remote) {
        return new RepositorySettings(
                name.value(),
                Optional.empty(),
                Labels.NONE,
                through.retainVersions(),
                Optional.of(remote.id()),
                Optional.empty(),
                Optional.empty());
    }
}
