package dev.lading.grant;

import dev.lading.account.Group;
import dev.lading.account.GroupService;
import dev.lading.account.PrincipalId;
import dev.lading.distribution.BasePathIndex;
import dev.lading.distribution.Distribution;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.DistributionService;
import dev.lading.distribution.PullThroughDistribution;
import dev.lading.distribution.PullThroughService;
import dev.lading.history.PullPath;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryKind;
import dev.lading.history.RepositoryView.Listing;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.NameRange;
import dev.lading.metadata.Page;
import dev.lading.oci.RepositoryName;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteKind;
import dev.lading.remote.RemoteService;
import dev.lading.repository.RepositoryService;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;
import java.util.stream.Stream;

/**
 * What a caller may see, found by what they were given and by public names, so that a list costs what it shows and not
 * what there is. A role on everything makes it the list of everything that they see.
 */
public final class VisibleObjects {
    private static final Comparator<UUID> NEWEST =
            Comparator.comparing(UUID::toString).reversed();

    private static final int SOME_AT_MOST = 1_000;

    private final MetadataStore store;
    private final NamespaceService namespaces;
    private final DistributionService distributions;
    private final RepositoryService repositories;
    private final RemoteService remotes;
    private final PullThroughService pullThroughs;
    private final GroupService groups;

    public VisibleObjects(
            MetadataStore store,
            NamespaceService namespaces,
            DistributionService distributions,
            RepositoryService repositories,
            RemoteService remotes,
            PullThroughService pullThroughs,
            GroupService groups) {
        this.store = store;
        this.namespaces = namespaces;
        this.distributions = distributions;
        this.repositories = repositories;
        this.remotes = remotes;
        this.pullThroughs = pullThroughs;
        this.groups = groups;
    }

    public Stream<Distribution> distributions(Rights rights) {
        return some(rights, "view_containerdistribution", "namespace_view_containerdistribution")
                .map(user -> Stream.concat(
                        given(user, Target.Kind.DISTRIBUTION),
                        paths(user).map(at -> at.id().value())))
                .map(ids -> objects(ids, id -> distributions.find(new DistributionId(id))))
                .orElseGet(() -> Page.all(distributions::list))
                .filter(rights::sees);
    }

    /**
     * Distributions whose base paths begin with a text, in their order. Of what somebody sees besides the public ones,
     * the first {@value #SOME_AT_MOST} are ordered.
     *
     * @param asked for base paths
     */
    public Page<Distribution> distributions(Rights rights, NameRange asked) {
        int limit = asked.limit();
        Comparator<String> order = asked.order();
        boolean all = rights.onEverything("view_containerdistribution");
        Page<Distribution> found = distributions.list(asked, all);
        if (all || rights.granted().isEmpty()) {
            return found;
        }
        // What lies behind the last public one comes on the page that has the next.
        Optional<String> until = found.next().filter(last -> !found.records().isEmpty());
        List<BasePathIndex.Entry> own = rights.granted().stream()
                .flatMap(user -> Stream.concat(
                        within(user),
                        given(user, Target.Kind.DISTRIBUTION)
                                .flatMap(id -> distributions.find(new DistributionId(id)).stream())
                                .map(Distribution::at)))
                .limit(SOME_AT_MOST)
                .filter(BasePathIndex.Entry::restricted)
                .filter(at -> asked.includes(at.basePath().value()))
                .filter(at -> until.filter(last -> order.compare(at.basePath().value(), last) > 0)
                        .isEmpty())
                .distinct()
                .sorted(Comparator.comparing(at -> at.basePath().value(), order))
                .limit(limit + 1L)
                .toList();
        if (own.isEmpty()) {
            return found;
        }
        List<Distribution> both = Stream.concat(
                        found.records().stream(),
                        distributions
                                .findAll(own.stream()
                                        .map(BasePathIndex.Entry::id)
                                        .toList())
                                .stream()
                                .filter(rights::sees))
                .sorted(Comparator.comparing(each -> each.settings().basePath().value(), order))
                .toList();
        return both.size() <= limit
                ? new Page<>(both, found.next())
                : new Page<>(
                        both.subList(0, limit),
                        Optional.of(both.get(limit - 1).settings().basePath().value()));
    }

    public Stream<Repository> repositories(Rights rights) {
        return some(
                        rights,
                        "view_containerrepository",
                        "view_containerdistribution",
                        "namespace_view_containerrepository")
                .map(user -> Stream.concat(
                        given(user, Target.Kind.REPOSITORY),
                        Stream.concat(paths(user).map(BasePathIndex.Entry::basePath), givenPaths(user))
                                .distinct()
                                .flatMap(path -> served(path).stream())))
                .map(ids -> objects(ids, id -> repositories.find(new RepositoryId(id))))
                .orElseGet(() -> all(RepositoryKind.CONTAINER))
                .filter(rights::sees);
    }

    /**
     * Repositories of images whose names begin with a text, in their order. Whoever sees some of them only gets those at
     * base paths that begin with it, in the order of these, and on the first page before them up to
     * {@value MetadataStore#MAX_GETS} that they were given a role on.
     *
     * @param asked for, with {@link Page#next} of the page before
     */
    public Page<Repository> repositories(Rights rights, NameRange asked) {
        if (rights.onEverything("view_containerrepository")) {
            return repositories.list(asked);
        }
        Page<Distribution> served = distributions(rights, asked);
        Stream<RepositoryId> given = rights
                .granted()
                .filter(user -> asked.after().isEmpty())
                .stream()
                .flatMap(user -> given(user, Target.Kind.REPOSITORY))
                .limit(MetadataStore.MAX_GETS)
                .map(RepositoryId::new);
        List<RepositoryId> own = given.distinct().toList();
        List<RepositoryId> others = served.records().stream()
                .flatMap(distribution -> distribution.settings().repository().stream())
                .distinct()
                .filter(id -> !own.contains(id))
                .toList();
        Stream<Repository> first = own.isEmpty()
                ? Stream.empty()
                : repositories.findAll(own).stream()
                        .filter(each -> asked.includes(each.settings().name()))
                        .filter(each -> rights.on(each, "view_containerrepository"))
                        .sorted(Comparator.comparing(each -> each.settings().name(), asked.order()));
        Stream<Repository> then = others.isEmpty() ? Stream.empty() : repositories.findAll(others).stream();
        return new Page<>(Stream.concat(first, then).toList(), served.next());
    }

    /**
     * Repositories of which somebody sees more than what is public, as {@link #repositories(Rights, NameRange)}; costs
     * two reads for each hundred of them.
     */
    public Page<Repository> viewed(Rights rights, NameRange asked) {
        Optional<GrantedRights> some = some(
                rights, "view_containerrepository", "view_containerdistribution", "namespace_view_containerrepository");
        if (some.isEmpty()) {
            return repositories.list(asked);
        }
        GrantedRights user = some.get();
        Stream<RepositoryId> served = Stream.concat(within(user).map(BasePathIndex.Entry::basePath), givenPaths(user))
                .distinct()
                .limit(SOME_AT_MOST)
                .map(PullPath::key)
                .gather(Gatherers.windowFixed(MetadataStore.MAX_GETS))
                .flatMap(keys -> store.getAll(PullPath.TABLE, keys).stream())
                .map(PullPath::repository);
        Stream<Repository> all = Stream.concat(
                        given(user, Target.Kind.REPOSITORY).map(RepositoryId::new), served)
                .distinct()
                .limit(SOME_AT_MOST)
                .gather(Gatherers.windowFixed(MetadataStore.MAX_GETS))
                .flatMap(ids -> repositories.findAll(ids).stream())
                .filter(each -> rights.on(each, "view_containerrepository"));
        return page(all, asked);
    }

    private static Page<Repository> page(Stream<Repository> all, NameRange asked) {
        int limit = asked.limit();
        List<Repository> found = all.limit(SOME_AT_MOST)
                .filter(each -> asked.includes(each.settings().name()))
                .sorted(Comparator.comparing(each -> each.settings().name(), asked.order()))
                .limit(limit + 1L)
                .toList();
        return found.size() <= limit
                ? new Page<>(found, Optional.empty())
                : new Page<>(
                        found.subList(0, limit),
                        Optional.of(found.get(limit - 1).settings().name()));
    }

    public Stream<Repository> fileRepositories(Rights rights) {
        return some(rights, "view_filerepository")
                .map(user -> objects(
                        given(user, Target.Kind.FILE_REPOSITORY),
                        id -> repositories.find(RepositoryKind.FILE, new RepositoryId(id))))
                .orElseGet(() -> all(RepositoryKind.FILE))
                .filter(rights::sees);
    }

    private Stream<Repository> all(RepositoryKind kind) {
        return repositories.names(kind).flatMap(named -> repositories.find(named).stream());
    }

    public Stream<Remote> remotes(Rights rights) {
        return some(rights, "view_containerremote")
                .map(user -> objects(given(user, Target.Kind.REMOTE), id -> remotes.find(new RemoteId(id))))
                .orElseGet(() -> Page.all(remotes::list))
                .filter(remote -> remote.settings().kind() == RemoteKind.CONTAINER)
                .filter(remote -> rights.on(remote, "view_containerremote"));
    }

    /** Newest first; there are few of them. */
    public Stream<Remote> pullThroughRemotes(Rights rights) {
        return Page.all(remotes::list)
                .filter(remote -> remote.settings().kind() == RemoteKind.PULL_THROUGH)
                .filter(remote -> rights.on(remote, "view_containerpullthroughremote"));
    }

    /** Newest first; everybody who is signed in sees a public one. */
    public Stream<PullThroughDistribution> pullThroughs(Rights rights) {
        return Page.all(pullThroughs::list).filter(rights::sees);
    }

    /** By id. */
    public Stream<Group> groups(Rights rights) {
        return some(rights, "view_group")
                .map(granted -> targets(granted, Target.Kind.GROUP)
                        .flatMap(id -> PrincipalId.parse(id).stream())
                        .distinct()
                        .sorted()
                        .flatMap(id -> groups.find(id).stream()))
                .orElseGet(() -> Page.all(groups::list))
                .filter(group -> rights.onGroup(group.id(), "view_group"));
    }

    /**
     * Groups whose names begin with a text. Of whoever sees some of them only, the first {@value MetadataStore#MAX_GETS}
     * by id are in order, which is one page.
     *
     * @param asked for, with {@link Page#next} of the page before
     */
    public Page<Group> groups(Rights rights, NameRange asked) {
        return some(rights, "view_group")
                .map(granted -> new Page<>(seen(granted, rights, asked), Optional.empty()))
                .orElseGet(() -> groups.list(asked));
    }

    private List<Group> seen(GrantedRights granted, Rights rights, NameRange asked) {
        List<PrincipalId> ids = targets(granted, Target.Kind.GROUP)
                .flatMap(id -> PrincipalId.parse(id).stream())
                .distinct()
                .sorted()
                .limit(MetadataStore.MAX_GETS)
                .toList();
        return groups.findAll(ids).stream()
                .filter(group -> group.name().startsWith(asked.prefix()))
                .filter(group -> rights.onGroup(group.id(), "view_group"))
                .sorted(Comparator.comparing(Group::name, asked.order()))
                .toList();
    }

    /** Whether groups are of use to somebody: they see all, or some, or may make one. */
    public boolean anyGroups(Rights rights) {
        return rights.granted()
                .map(granted -> targets(granted, Target.Kind.GROUP).findAny().isPresent()
                        || granted.onEverything("view_group")
                        || granted.onEverything("add_group"))
                .orElseGet(() -> rights.onEverything("view_group"));
    }

    /**
     * Names of namespaces where somebody was given a permission, and last their own, if they have it by making that;
     * none for the administrator. There may be nothing at one.
     */
    public Stream<String> namespacesWith(Rights rights, String permission) {
        return rights.granted().stream()
                .flatMap(granted -> Stream.concat(
                        targets(granted, Target.Kind.NAMESPACE).sorted(), Stream.of(granted.accountName())))
                .distinct()
                .filter(name -> rights.inNamespace(name, permission));
    }

    /** By name. */
    public Stream<Namespace> namespaces(Rights rights) {
        return some(rights, "view_containernamespace")
                .map(user -> names(user).stream().flatMap(name -> namespaces.find(name).stream()))
                .orElseGet(namespaces::all)
                .filter(namespace -> rights.inNamespace(namespace.name(), "view_containernamespace"));
    }

    /**
     * Somebody who sees some of what there is.
     *
     * @param mostly permissions that, on everything, make all there is worth reading
     * @return empty: somebody with one of these, or the administrator
     */
    private static Optional<GrantedRights> some(Rights rights, String... mostly) {
        return rights.granted().filter(granted -> Stream.of(mostly).noneMatch(granted::onEverything));
    }

    /**
     * Base paths that somebody may pull from, in order.
     *
     * @param last any text, behind which they begin
     */
    public Listing<RepositoryName> pulled(Rights rights, String last, int limit) {
        boolean all = rights.onEverything("pull_containerdistribution")
                || rights.onEverything("namespace_pull_containerdistribution");
        Listing<RepositoryName> found = distributions.basePaths(last, limit, all);
        if (all) {
            return found;
        }
        Stream<RepositoryName> named = rights.granted().stream()
                .flatMap(granted -> Stream.concat(
                        names(granted).stream().flatMap(namespaces::paths).map(BasePathIndex.Entry::basePath),
                        givenPaths(granted)))
                .filter(name -> name.value().compareTo(last) > 0)
                .filter(name -> rights.at(name).pulls());
        List<RepositoryName> both = Stream.concat(found.entries().stream(), named)
                .collect(Collectors.toCollection(
                        () -> new TreeSet<RepositoryName>(Comparator.comparing(RepositoryName::value))))
                .stream()
                .toList();
        return new Listing<>(both.subList(0, Math.min(limit, both.size())), found.more() || both.size() > limit);
    }

    private Optional<UUID> served(RepositoryName path) {
        return store.get(PullPath.TABLE, PullPath.key(path))
                .map(served -> served.repository().value());
    }

    private static <T> Stream<T> objects(Stream<UUID> ids, Function<UUID, Optional<T>> find) {
        return ids.collect(Collectors.toCollection(() -> new TreeSet<>(NEWEST))).stream()
                .flatMap(id -> find.apply(id).stream());
    }

    /** Base paths of the distributions that a user was given something on. */
    private Stream<RepositoryName> givenPaths(GrantedRights rights) {
        return given(rights, Target.Kind.DISTRIBUTION)
                .flatMap(id -> distributions.find(new DistributionId(id)).stream())
                .map(each -> each.settings().basePath());
    }

    private static Stream<String> targets(GrantedRights rights, Target.Kind kind) {
        return rights.grants()
                .map(Grant::target)
                .filter(target -> target.kind() == kind)
                .map(Target::id);
    }

    private static Stream<UUID> given(GrantedRights rights, Target.Kind kind) {
        return targets(rights, kind).map(UUID::fromString);
    }

    /** The namespaces that a user was given something in, and their own. */
    private Set<String> names(GrantedRights rights) {
        return Stream.concat(targets(rights, Target.Kind.NAMESPACE), Stream.of(rights.accountName()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Base paths that are public, or in a namespace where the user sees all. */
    private Stream<BasePathIndex.Entry> paths(GrantedRights rights) {
        return Stream.concat(within(rights), BasePathIndex.publicPaths(store));
    }

    /** Base paths in namespaces where the user sees all. */
    private Stream<BasePathIndex.Entry> within(GrantedRights rights) {
        return names(rights).stream()
                .filter(name -> rights.inNamespace(name, "namespace_view_containerdistribution"))
                .flatMap(namespaces::paths);
    }
}
