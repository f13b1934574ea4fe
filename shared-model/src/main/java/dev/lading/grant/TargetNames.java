package dev.lading.grant;

import dev.lading.account.GroupService;
import dev.lading.account.PrincipalId;
import dev.lading.distribution.Distribution;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.PullThroughDistribution;
import dev.lading.history.Repository;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Table;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** What is called how of the objects that roles are given on. */
public final class TargetNames {
    private static final Set<Target.Kind> REPOSITORIES = Set.of(Target.Kind.REPOSITORY, Target.Kind.FILE_REPOSITORY);
    private static final Set<Target.Kind> REMOTES = Set.of(Target.Kind.REMOTE, Target.Kind.PULL_THROUGH_REMOTE);

    private final MetadataStore store;
    private final GroupService groups;

    public TargetNames(MetadataStore store, GroupService groups) {
        this.store = store;
        this.groups = groups;
    }

    /**
     * Names by target; one read for each kind of object. Everything has none, nor has what is gone.
     *
     * @param targets at most {@link MetadataStore#MAX_GETS}
     */
    public Map<Target, String> of(Collection<Target> targets) {
        Map<Target, String> names = new HashMap<>();
        targets.stream()
                .filter(target -> target.kind() == Target.Kind.NAMESPACE)
                .forEach(target -> names.put(target, target.id()));
        named(
                names,
                targets,
                REPOSITORIES,
                Repository.TABLE,
                RepositoryId::new,
                Repository::key,
                each -> Map.entry(
                        Target.repository(each.kind(), each.id()),
                        each.settings().name()));
        named(
                names,
                targets,
                Set.of(Target.Kind.DISTRIBUTION),
                Distribution.TABLE,
                DistributionId::new,
                Distribution::key,
                each -> Map.entry(
                        Target.distribution(each.id()), each.settings().name()));
        named(
                names,
                targets,
                Set.of(Target.Kind.PULL_THROUGH),
                PullThroughDistribution.TABLE,
                DistributionId::new,
                PullThroughDistribution::key,
                each -> Map.entry(Target.pullThrough(each.id()), each.settings().name()));
        named(
                names,
                targets,
                REMOTES,
                Remote.TABLE,
                RemoteId::new,
                Remote::key,
                each -> Map.entry(
                        Target.remote(each.settings().kind(), each.id()),
                        each.settings().name()));
        List<PrincipalId> ids = targets.stream()
                .filter(target -> target.kind() == Target.Kind.GROUP)
                .flatMap(target -> PrincipalId.parse(target.id()).stream())
                .distinct()
                .toList();
        groups.findAll(ids).forEach(group -> names.put(Target.group(group.id()), group.name()));
        return names;
    }

    private <R, I> void named(
            Map<Target, String> names,
            Collection<Target> targets,
            Set<Target.Kind> kinds,
            Table<R> table,
            Function<UUID, I> id,
            Function<I, Key> key,
            Function<R, Map.Entry<Target, String>> name) {
        List<Key> keys = targets.stream()
                .filter(target -> kinds.contains(target.kind()))
                .distinct()
                .map(target -> key.apply(id.apply(UUID.fromString(target.id()))))
                .toList();
        if (!keys.isEmpty()) {
            store.getAll(table, keys).stream().map(name).forEach(named -> names.put(named.getKey(), named.getValue()));
        }
    }
}
