package dev.lading.repository;

import dev.lading.distribution.BasePathIndex;
import dev.lading.distribution.Distribution;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.DistributionSettings;
import dev.lading.distribution.MadeThrough;
import dev.lading.distribution.PullThroughDistribution;
import dev.lading.distribution.ThroughUse;
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
import java.util.function.Supplier;

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
        /**
         * The pull-through remote that what is pulled came from.
         *
         * @throws EntityInUse if it was changed since
         */
        Remote source();

        /** A remote to be written, under an id that is new. */
        Remote make();

        /**
         * The remote that an earlier repository of this name left.
         *
         * @throws EntityInUse if there is one that leads elsewhere
         */
        Optional<Remote> left();

        /** Writes that create a remote. */
        List<Write> writes(Remote remote);
    }

    RepositoryId make(PullThrough through, RepositoryName name, NewRemote remote, Supplier<List<Write>> also) {
        return OptimisticRetry.until(clock, () -> attempt(through, name, remote, also));
    }

    /** Says that a name is somebody's, who keeps it. */
    public static EntityInUse taken(PullThrough through, RepositoryName name, String what) {
        return new EntityInUse("'" + name + "' cannot be pulled through '" + through.basePath() + "': a " + what
                + " has that name already, and is not taken over; rename or delete it, or pull another name");
    }

    /** Says that what a pull goes through is no longer what it was when the pull began. */
    public static EntityInUse changed(PullThrough through) {
        return new EntityInUse("the pull-through distribution at '" + through.basePath()
                + "', or its remote, was just changed or deleted; pull again in ten seconds");
    }

    /** Empty: the write lost to another. */
    private Optional<RepositoryId> attempt(
            PullThrough through, RepositoryName name, NewRemote remote, Supplier<List<Write>> also) {
        PullThroughDistribution parent = unchanged(through);
        boolean isRepository = Repository.NAMES.find(store, name.value()).isPresent();
        Optional<Distribution> there = distribution(name);
        // Read last: who has taken the names since may be another pull of this one.
        Optional<PullPath> served = store.get(PullPath.TABLE, PullPath.key(name));
        if (served.filter(path -> path.through().equals(Optional.of(through.id())))
                .isPresent()) {
            return served.map(PullPath::repository);
        }
        if (isRepository) {
            throw taken(through, name, "repository");
        }
        Optional<Distribution> emptied = there.filter(distribution -> isEmptied(distribution, through, name));
        if (served.isPresent() || !emptied.equals(there)) {
            throw taken(through, name, "distribution");
        }
        Instant now = clock.instant();
        List<Write> writes = new ArrayList<>();
        Optional<Remote> left = remote.left();
        Remote own = left.orElseGet(remote::make);
        if (left.isEmpty()) {
            writes.addAll(remote.writes(own));
        }
        var repository = Repository.empty(RepositoryId.next(now), settings(parent.through(), name, own), now)
                .shownAt(name, Optional.empty());
        Distribution distribution = emptied.map(
                        former -> former.with(former.settings().serving(repository.id()), now))
                .orElseGet(() -> Distribution.first(
                        DistributionId.next(now),
                        DistributionSettings.made(parent.through(), name, repository.id()),
                        now));
        writes.add(Write.checkUnchanged(PullThroughDistribution.TABLE, parent));
        writes.add(Write.checkUnchanged(Remote.TABLE, remote.source()));
        writes.add(ThroughUse.next(store, through.id()));
        writes.addAll(RepositoryService.newRepository(repository));
        writes.add(Write.put(
                Distribution.TABLE,
                distribution,
                emptied.map(Condition::unchanged).orElse(Condition.absent())));
        if (emptied.isEmpty()) {
            writes.add(Distribution.NAMES.claim(distribution.named()));
            writes.addAll(BasePathIndex.claim(distribution.at()));
        }
        writes.add(Write.put(
                PullPath.TABLE, distribution.serving(repository.version()).orElseThrow(), Condition.absent()));
        writes.add(new MadeThrough(through.id(), name, distribution.id(), Optional.of(repository.id())).put());
        writes.add(new OriginUse(through.remote(), repository.id()).put());
        writes.addAll(also.get());
        return store.write(writes) ? Optional.of(repository.id()) : Optional.empty();
    }

    /** @throws EntityInUse if it is gone, or leads elsewhere, since this process last looked */
    private PullThroughDistribution unchanged(PullThrough through) {
        return store.get(PullThroughDistribution.TABLE, PullThroughDistribution.key(new DistributionId(through.id())))
                .filter(now -> now.settings().basePath().equals(through.basePath())
                        && now.settings().remote().equals(through.remote()))
                .orElseThrow(() -> changed(through));
    }

    /** The distribution that has the base path, or else the name. */
    private Optional<Distribution> distribution(RepositoryName name) {
        return BasePathIndex.INDEX
                .find(store, name)
                .map(BasePathIndex.Entry::id)
                .or(() -> Distribution.NAMES.find(store, name.value()).map(named -> new DistributionId(named.id())))
                .flatMap(id -> store.get(Distribution.TABLE, Distribution.key(id)));
    }

    /** Whether an earlier pull made a distribution, and the repository that it served was deleted since. */
    private static boolean isEmptied(Distribution distribution, PullThrough through, RepositoryName name) {
        DistributionSettings settings = distribution.settings();
        return settings.through().equals(Optional.of(through.id()))
                && settings.basePath().equals(name)
                && settings.repository().isEmpty();
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
