package dev.lading.grant;

import dev.lading.account.Group;
import dev.lading.account.Identity;
import dev.lading.account.PrincipalId;
import dev.lading.account.Robot;
import dev.lading.account.Username;
import dev.lading.distribution.BasePathIndex;
import dev.lading.distribution.Distribution;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.PullThroughDistribution;
import dev.lading.history.PullThrough;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryKind;
import dev.lading.history.ThroughPaths;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.RepositoryName;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An account's rights, by its roles and its groups', and by having made a namespace. Reads what it is asked for, each
 * thing once, so that it is made anew for each request.
 */
public final class GrantedRights implements Rights {
    /** Limit on grants in memory, some 200 bytes each. */
    private static final int MAX_HELD = 5_000;

    private static final String PREFIX = "container.";
    private static final String CORE = "core.";
    private static final String FILE = "file.";
    private static final String OF_NAMESPACE = "namespace_";

    private final MetadataStore store;
    private final GrantService grants;
    private final NamespaceService namespaces;
    private final RoleService roles;
    private final ThroughPaths throughs;
    private final Identity identity;
    private Optional<Map<Target, List<Grant>>> all = Optional.empty();
    private final Map<String, Optional<Role>> read = new HashMap<>();
    private final Map<Target, Set<String>> given = new HashMap<>();
    private final Map<RepositoryName, Optional<BasePathIndex.Entry>> entries = new HashMap<>();
    private final Map<String, Boolean> owned = new HashMap<>();

    GrantedRights(
            MetadataStore store,
            GrantService grants,
            NamespaceService namespaces,
            RoleService roles,
            ThroughPaths throughs,
            Identity identity) {
        this.store = store;
        this.grants = grants;
        this.namespaces = namespaces;
        this.roles = roles;
        this.throughs = throughs;
        this.identity = identity;
    }

    @Override
    public Optional<PrincipalId> caller() {
        return Optional.of(identity.id());
    }

    @Override
    public Optional<GrantedRights> granted() {
        return Optional.of(this);
    }

    /** Whether they are a robot's. */
    public boolean isRobots() {
        return identity.account() instanceof Robot;
    }

    /** Everybody whose roles count here: the account, and its groups. */
    private Stream<PrincipalId> holders() {
        return Stream.concat(
                Stream.of(identity.id()), identity.groups().stream().map(Group::id));
    }

    /** All that was given to the account and its groups. Few enough are remembered, and answer what is asked later. */
    Stream<Grant> grants() {
        if (all.isEmpty()) {
            List<Grant> read =
                    holders().flatMap(grants::givenTo).limit(MAX_HELD + 1L).toList();
            if (read.size() > MAX_HELD) {
                return holders().flatMap(grants::givenTo);
            }
            all = Optional.of(read.stream().collect(Collectors.groupingBy(Grant::target)));
        }
        return all.get().values().stream().flatMap(List::stream);
    }

    String accountName() {
        return identity.account().title();
    }

    /** The permissions by roles on one target; one read for the account and each group. */
    private Set<String> given(Target target) {
        return given.computeIfAbsent(
                target,
                asked -> grantsOn(asked)
                        .flatMap(grant -> role(grant.role()).stream())
                        .flatMap(role -> role.permissions().stream())
                        .filter(asked.kind()::isOf)
                        .collect(Collectors.toUnmodifiableSet()));
    }

    private Stream<Grant> grantsOn(Target target) {
        return all.map(known -> known.getOrDefault(target, List.of()).stream())
                .orElseGet(() -> holders().flatMap(holder -> grants.of(holder, target).stream()));
    }

    private Optional<Role> role(String name) {
        return read.computeIfAbsent(name, roles::find);
    }

    private boolean has(Target target, String permission) {
        Set<String> held = given(target);
        return held.contains(PREFIX + permission)
                || held.contains(CORE + permission)
                || held.contains(FILE + permission);
    }

    @Override
    public boolean onEverything(String permission) {
        return has(Target.EVERYTHING, permission);
    }

    @Override
    public boolean inNamespace(String namespace, String permission) {
        return onEverything(permission)
                || has(Target.namespace(namespace), permission)
                || (mayMake(namespace) && byMaking(namespace).contains(PREFIX + permission));
    }

    @Override
    public boolean on(Distribution distribution, String permission) {
        return onEverything(permission)
                || has(Target.distribution(distribution.id()), permission)
                || inNamespace(Namespace.of(distribution.settings().basePath()), OF_NAMESPACE + permission);
    }

    @Override
    public boolean on(Repository repository, String permission) {
        return onEverything(permission)
                || has(Target.repository(repository.kind(), repository.id()), permission)
                || repository.names().stream().anyMatch(name -> byName(name, permission));
    }

    /** What the name of a repository allows: to see and to change it as its distribution, and the rest by namespace. */
    private boolean byName(RepositoryName name, String permission) {
        return inNamespace(Namespace.of(name), OF_NAMESPACE + permission)
                || switch (permission) {
                    case "view_containerrepository" -> atName(name, "view_containerdistribution");
                    case "change_containerrepository" -> atName(name, "change_containerdistribution");
                    default -> false;
                };
    }

    private boolean atName(RepositoryName name, String permission) {
        return onEverything(permission)
                || entry(name)
                        .map(at -> has(Target.distribution(at.id()), permission))
                        .orElse(false);
    }

    @Override
    public boolean on(RemoteId remote, String permission) {
        return onEverything(permission) || has(Target.remote(remote), permission);
    }

    @Override
    public boolean on(Remote remote, String permission) {
        return onEverything(permission) || has(Target.remote(remote.settings().kind(), remote.id()), permission);
    }

    /** In its namespace, whoever may do so with distributions may with it. */
    @Override
    public boolean on(PullThroughDistribution distribution, String permission) {
        String ordinary = permission.replace("containerpullthroughdistribution", "containerdistribution");
        return onEverything(permission)
                || has(Target.pullThrough(distribution.id()), permission)
                || inNamespace(Namespace.of(distribution.settings().basePath()), OF_NAMESPACE + ordinary);
    }

    @Override
    public boolean onGroup(PrincipalId group, String permission) {
        return onEverything(permission) || has(Target.group(group), permission);
    }

    /** What they have is looked at first: it may be known, where public names are read. */
    @Override
    public boolean sees(Repository repository) {
        return on(
                        repository,
                        repository.kind() == RepositoryKind.FILE ? "view_filerepository" : "view_containerrepository")
                || repository.names().stream()
                        .anyMatch(name ->
                                entry(name).filter(at -> !at.restricted()).isPresent());
    }

    private Optional<BasePathIndex.Entry> entry(RepositoryName name) {
        return entries.computeIfAbsent(name, asked -> BasePathIndex.INDEX.find(store, asked));
    }

    /** As {@link Rights#at}; costs at most six reads for one name, without groups. */
    @Override
    public NameRights at(RepositoryName name) {
        String namespace = Namespace.of(name);
        Optional<BasePathIndex.Entry> entry = entry(name);
        Set<String> permissions = new HashSet<>(given(Target.EVERYTHING));
        permissions.addAll(given(Target.namespace(namespace)));
        entry.ifPresent(at -> permissions.addAll(given(Target.distribution(at.id()))));
        Optional<PullThrough> through = throughs.at(name);
        through.ifPresent(each -> permissions.addAll(given(Target.pullThrough(new DistributionId(each.id())))));
        boolean asks = entry.isEmpty() && !NameRights.pushesInNamespace(permissions);
        if (asks || isOwn(namespace)) {
            permissions.addAll(byMaking(namespace));
        }
        return NameRights.of(
                permissions,
                entry.isPresent(),
                entry.filter(at -> !at.restricted()).isPresent()
                        && through.filter(PullThrough::restricted).isEmpty());
    }

    /** The permissions in a namespace that the user made, or may make by pushing. */
    private List<String> byMaking(String name) {
        boolean owns = owned.computeIfAbsent(
                name,
                asked -> namespaces
                        .made(asked)
                        .map(made -> isOwn(asked) && made.isOf(identity.id()))
                        .orElseGet(() ->
                                mayMake(asked) && namespaces.anyPath(asked).isEmpty()));
        return owns ? Role.builtIn(Role.NAMESPACE_OWNER).orElseThrow().permissions() : List.of();
    }

    private boolean mayMake(String namespace) {
        return isOwn(namespace) || (onEverything("add_containernamespace") && !Username.isReserved(namespace));
    }

    private boolean isOwn(String namespace) {
        return accountName().equals(namespace);
    }
}
