package dev.lading.grant;

import dev.lading.distribution.BasePathIndex;
import dev.lading.distribution.Distribution;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.DistributionService;
import dev.lading.history.PullPath;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryView.Listing;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.RepositoryName;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a user may see, found by what they were given and by public names, so that a list costs what it shows and not
 * what there is. A role on everything makes it the list of everything. Newest first.
 */
public final class VisibleObjects {
    private static final Comparator<UUID> NEWEST =
            Comparator.comparing(UUID::toString).reversed();

    private final MetadataStore store;
    private final GrantService grants;
    private final NamespaceService namespaces;
    private final DistributionService distributions;

    public VisibleObjects(
            MetadataStore store, GrantService grants, NamespaceService namespaces, DistributionService distributions) {
        this.store = store;
        this.grants = grants;
        this.namespaces = namespaces;
        this.distributions = distributions;
    }

    /**
     * The distributions that somebody sees.
     *
     * @return empty: all, of which those are to be left out that they do not see
     */
    public Optional<Stream<Distribution>> distributions(UserRights rights) {
        boolean all = rights.onEverything("view_containerdistribution")
                || rights.onEverything("namespace_view_containerdistribution");
        return all
                ? Optional.empty()
                : Optional.of(objects(
                        Stream.concat(
                                given(rights, Target.Kind.DISTRIBUTION),
                                paths(rights).map(at -> at.id().value())),
                        id -> find(new DistributionId(id)),
                        rights::sees));
    }

    /** The repositories that somebody sees, as {@link #distributions}. */
    public Optional<Stream<Repository>> repositories(UserRights rights) {
        boolean all = rights.onEverything("view_containerrepository")
                || rights.onEverything("view_containerdistribution")
                || rights.onEverything("namespace_view_containerrepository");
        return all
                ? Optional.empty()
                : Optional.of(objects(
                        Stream.concat(
                                given(rights, Target.Kind.REPOSITORY),
                                Stream.concat(
                                                paths(rights).map(BasePathIndex.Entry::basePath),
                                                given(rights, Target.Kind.DISTRIBUTION)
                                                        .flatMap(id -> find(new DistributionId(id)).stream())
                                                        .map(each ->
                                                                each.settings().basePath()))
                                        .distinct()
                                        .flatMap(path -> served(path).stream())),
                        id -> store.get(Repository.TABLE, Repository.key(new RepositoryId(id))),
                        rights::sees));
    }

    /** The remotes that somebody sees, as {@link #distributions}. */
    public Optional<Stream<Remote>> remotes(UserRights rights) {
        return rights.onEverything("view_containerremote")
                ? Optional.empty()
                : Optional.of(objects(
                        given(rights, Target.Kind.REMOTE),
                        id -> store.get(Remote.TABLE, Remote.key(new RemoteId(id))),
                        remote -> rights.on(remote.id(), "view_containerremote")));
    }

    /** The namespaces that somebody sees, by name; empty: all. */
    public Optional<Stream<Namespace>> namespaces(UserRights rights) {
        return rights.onEverything("view_containernamespace")
                ? Optional.empty()
                : Optional.of(names(rights).stream()
                        .filter(name -> rights.inNamespace(name, "view_containernamespace"))
                        .flatMap(name -> namespaces.find(name).stream()));
    }

    /**
     * Base paths that somebody may pull from, in order.
     *
     * @param last any text, behind which they begin
     */
    public Listing<RepositoryName> pulled(UserRights rights, String last, int limit) {
        boolean all = rights.onEverything("pull_containerdistribution")
                || rights.onEverything("namespace_pull_containerdistribution");
        Listing<RepositoryName> found = distributions.basePaths(last, limit, all);
        if (all) {
            return found;
        }
        Stream<RepositoryName> named = Stream.concat(
                        names(rights).stream().flatMap(namespaces::paths).map(BasePathIndex.Entry::basePath),
                        given(rights, Target.Kind.DISTRIBUTION)
                                .flatMap(id -> find(new DistributionId(id)).stream())
                                .map(each -> each.settings().basePath()))
                .filter(name -> name.value().compareTo(last) > 0)
                .filter(name -> rights.at(name).pulls());
        List<RepositoryName> both = Stream.concat(found.entries().stream(), named)
                .collect(Collectors.toCollection(
                        () -> new TreeSet<RepositoryName>(Comparator.comparing(RepositoryName::value))))
                .stream()
                .toList();
        return new Listing<>(both.subList(0, Math.min(limit, both.size())), found.more() || both.size() > limit);
    }

    private Optional<Distribution> find(DistributionId id) {
        return store.get(Distribution.TABLE, Distribution.key(id));
    }

    private Optional<UUID> served(RepositoryName path) {
        return store.get(PullPath.TABLE, PullPath.key(path))
                .map(served -> served.repository().value());
    }

    private static <T> Stream<T> objects(Stream<UUID> ids, Function<UUID, Optional<T>> find, Predicate<T> sees) {
        return ids.collect(Collectors.toCollection(() -> new TreeSet<>(NEWEST))).stream()
                .flatMap(id -> find.apply(id).stream())
                .filter(sees);
    }

    private Stream<UUID> given(UserRights rights, Target.Kind kind) {
        return grants.ofUser(rights.userId())
                .map(Grant::target)
                .filter(target -> target.kind() == kind)
                .map(target -> UUID.fromString(target.id()));
    }

    /** The namespaces that a user was given something in, and their own. */
    private Set<String> names(UserRights rights) {
        return Stream.concat(
                        grants.ofUser(rights.userId())
                                .map(Grant::target)
                                .filter(target -> target.kind() == Target.Kind.NAMESPACE)
                                .map(Target::id),
                        Stream.of(rights.userName()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Base paths that are public, or in a namespace where the user sees all. */
    private Stream<BasePathIndex.Entry> paths(UserRights rights) {
        Stream<BasePathIndex.Entry> within = names(rights).stream()
                .filter(name -> rights.inNamespace(name, "namespace_view_containerdistribution"))
                .flatMap(namespaces::paths);
        return Stream.concat(within, BasePathIndex.publicPaths(store));
    }
}
