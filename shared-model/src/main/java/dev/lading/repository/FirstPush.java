package dev.lading.repository;

import dev.lading.distribution.BasePathIndex;
import dev.lading.distribution.Distribution;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.DistributionSettings;
import dev.lading.distribution.NewNames;
import dev.lading.distribution.ThroughPath;
import dev.lading.history.PullPath;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryKind;
import dev.lading.history.RepositorySettings;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RepositoryName;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes, for a push to a name where nothing is pulled yet, a distribution of that base path, if there is none, and a
 * repository of that name, if there is none.
 */
final class FirstPush {
    private final MetadataStore store;
    private final InstantSource clock;
    private final Owning owning;
    private final NewNames newNames;

    FirstPush(MetadataStore store, InstantSource clock, Owning owning, NewNames newNames) {
        this.store = store;
        this.clock = clock;
        this.owning = owning;
        this.newNames = newNames;
    }

    RepositoryId make(RepositoryName name) {
        // Nearly always there is neither, so that is tried before it is looked for.
        Instant now = clock.instant();
        var repository = Repository.empty(RepositoryId.next(now), RepositorySettings.named(name.value()), now);
        if (store.write(
                writes(name, repository, Optional.empty(), newDistribution(name, name.value(), repository, now)))) {
            return repository.id();
        }
        return OptimisticRetry.until(clock, () -> makeWhatIsMissing(name));
    }

    private Optional<RepositoryId> makeWhatIsMissing(RepositoryName name) {
        Optional<PullPath> served = store.get(PullPath.TABLE, PullPath.key(name));
        if (served.isPresent()) {
            return served.map(PullPath::repository);
        }
        ThroughPath.requireOutside(store, name);
        Instant now = clock.instant();
        Optional<Repository> found = Repository.NAMES
                .find(store, name.value())
                .flatMap(named -> store.get(Repository.TABLE, Repository.key(new RepositoryId(named.id()))));
        found.filter(each -> each.kind() != RepositoryKind.CONTAINER).ifPresent(files -> {
            throw new EntityInUse("a repository of files has the name '" + name + "'; push to another");
        });
        if (found.flatMap(Repository::lease).isPresent()) {
            return Optional.empty();
        }
        var repository = found.orElseGet(
                () -> Repository.empty(RepositoryId.next(now), RepositorySettings.named(name.value()), now));
        List<Write> distribution = BasePathIndex.INDEX
                .find(store, name)
                .flatMap(at -> store.get(Distribution.TABLE, Distribution.key(at.id())))
                .map(d -> attached(d, repository, now))
                .orElseGet(() -> newDistribution(name, freeName(name), repository, now));
        return store.write(writes(name, repository, found, distribution))
                ? Optional.of(repository.id())
                : Optional.empty();
    }

    private String freeName(RepositoryName name) {
        return Distribution.NAMES.find(store, name.value()).isPresent()
                ? name.value().substring(0, Math.min(name.value().length(), 200)) + "-" + clock.instant()
                : name.value();
    }

    private List<Write> newDistribution(RepositoryName basePath, String name, Repository repository, Instant now) {
        var distribution = Distribution.first(
                DistributionId.next(now), DistributionSettings.pushed(name, basePath, repository.id(), newNames), now);
        List<Write> writes = new ArrayList<>(owning.of(distribution.id()));
        writes.add(Write.put(Distribution.TABLE, distribution));
        writes.add(Distribution.NAMES.claim(distribution.named()));
        writes.addAll(BasePathIndex.claim(distribution.at()));
        writes.addAll(ThroughPath.outside(basePath));
        writes.add(serve(distribution, repository));
        return writes;
    }

    private static List<Write> attached(Distribution distribution, Repository repository, Instant now) {
        var changed = distribution.with(distribution.settings().serving(repository.id()), now);
        return List.of(
                Write.put(Distribution.TABLE, changed, Condition.unchanged(distribution)), serve(changed, repository));
    }

    private static Write serve(Distribution distribution, Repository repository) {
        return Write.put(
                PullPath.TABLE, distribution.serving(repository.version()).orElseThrow(), Condition.absent());
    }

    /** @param found the repository as it is stored; empty: it is new */
    private List<Write> writes(
            RepositoryName name, Repository repository, Optional<Repository> found, List<Write> distribution) {
        List<Write> writes = new ArrayList<>(distribution);
        Repository followed = repository.shownAt(name, Optional.empty());
        if (found.isPresent()) {
            writes.add(Write.put(Repository.TABLE, followed.following(found.get()), Condition.unchanged(found.get())));
        } else {
            writes.addAll(RepositoryService.newRepository(followed));
            writes.addAll(owning.of(repository.id()));
        }
        return writes;
    }
}
