package dev.lading.grant;

import dev.lading.account.AccountService;
import dev.lading.account.Identity;
import dev.lading.account.PrincipalId;
import dev.lading.history.ThroughPaths;
import dev.lading.metadata.MetadataStore;
import java.util.Optional;

/**
 * What users and robots may do: by roles on everything, on namespaces and on objects, their own and their groups', and
 * by having made a namespace.
 */
public final class RightsService {
    private final MetadataStore store;
    private final AccountService accounts;
    private final GrantService grants;
    private final NamespaceService namespaces;
    private final RoleService roles;
    private final ThroughPaths throughs;

    public RightsService(
            MetadataStore store,
            AccountService accounts,
            GrantService grants,
            NamespaceService namespaces,
            RoleService roles,
            ThroughPaths throughs) {
        this.store = store;
        this.accounts = accounts;
        this.grants = grants;
        this.namespaces = namespaces;
        this.roles = roles;
        this.throughs = throughs;
    }

    /** An account's rights as they are now, for one request. */
    public Rights of(Identity identity) {
        var own = new GrantedRights(store, grants, namespaces, roles, throughs, identity);
        return identity.maker()
                .<Rights>map(maker -> new RobotRights(own, of(maker)))
                .orElse(own);
    }

    /** The rights of somebody who did not log in. */
    public Rights ofVisitor() {
        return new VisitorRights(store, throughs);
    }

    /** Rights by an account's id; empty: it is gone, or credentials of it count no longer. */
    public Optional<Rights> of(PrincipalId id) {
        return accounts.usable(id).map(this::of);
    }
}
