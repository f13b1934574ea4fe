package dev.lading.grant;

import dev.lading.account.User;
import dev.lading.account.UserId;
import dev.lading.distribution.BasePathIndex;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.RepositoryName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a user may do at a name, by roles on everything, its namespace and its distribution, and by having made it. */
public final class RightsService {
    private final MetadataStore store;
    private final GrantService grants;
    private final NamespaceService namespaces;

    public RightsService(MetadataStore store, GrantService grants, NamespaceService namespaces) {
        this.store = store;
        this.grants = grants;
        this.namespaces = namespaces;
    }

    /**
     * A user's permissions at a name, in Pulp's words. Costs at most six reads.
     *
     * @param everywhere what they may do with everything, as {@link #everywhere} read it
     */
    public NameRights at(RepositoryName name, User user, Set<String> everywhere) {
        String namespace = Namespace.of(name);
        Optional<BasePathIndex.Entry> entry = BasePathIndex.INDEX.find(store, name);
        Stream<Grant> given = Stream.concat(
                grants.of(user.id(), Target.namespace(namespace)).stream(),
                entry.stream().flatMap(at -> grants.of(user.id(), Target.distribution(at.id())).stream()));
        Set<String> permissions =
                Stream.concat(everywhere.stream(), permissions(given)).collect(Collectors.toSet());
        boolean asks = entry.isEmpty() && !NameRights.pushesInNamespace(permissions);
        if (asks || user.name().value().equals(namespace)) {
            permissions.addAll(byMaking(namespace, user, permissions));
        }
        return new NameRights(
                permissions,
                entry.isPresent(),
                entry.filter(at -> !at.restricted()).isPresent());
    }

    /** What a user may do with everything; one read. */
    public Set<String> everywhere(UserId user) {
        return permissions(grants.of(user, Target.EVERYTHING).stream()).collect(Collectors.toSet());
    }

    private static Stream<String> permissions(Stream<Grant> given) {
        return given.flatMap(grant -> Role.find(grant.role()).stream()).flatMap(role -> role.permissions().stream());
    }

    /** The permissions in a namespace that a user made, or may make by pushing. */
    private List<String> byMaking(String name, User user, Set<String> permissions) {
        boolean makes = permissions.contains("container.add_containernamespace")
                || user.name().value().equals(name);
        boolean owns = namespaces
                .made(name)
                .map(made -> user.name().value().equals(name) && made.isOf(user.id()))
                .orElseGet(() -> makes && namespaces.anyPath(name).isEmpty());
        return owns ? Role.find(Role.NAMESPACE_OWNER).orElseThrow().permissions() : List.of();
    }
}
