package dev.lading.testing;

import dev.lading.account.AccountService;
import dev.lading.account.GroupService;
import dev.lading.account.RobotService;
import dev.lading.account.UserService;
import dev.lading.distribution.PullThroughs;
import dev.lading.grant.GrantService;
import dev.lading.grant.NamespaceService;
import dev.lading.grant.RightsService;
import dev.lading.grant.RoleService;
import dev.lading.metadata.MetadataStore;
import java.time.InstantSource;

/** Who there is and what they may do, over one store. */
public final class Accounts {
    public final UserService users;
    public final GroupService groups;
    public final RobotService robots;
    public final AccountService accounts;
    public final RoleService roles;
    public final GrantService grants;
    public final NamespaceService namespaces;
    public final RightsService rights;

    public Accounts(MetadataStore store, InstantSource clock) {
        this(store, clock, new UserService(store, clock));
    }

    public Accounts(MetadataStore store, InstantSource clock, UserService users) {
        this.users = users;
        groups = new GroupService(store, users, clock);
        robots = new RobotService(store, clock);
        accounts = new AccountService(store, users, robots, groups, clock);
        roles = new RoleService(store, clock);
        grants = new GrantService(store, accounts, roles, clock);
        namespaces = new NamespaceService(store, clock);
        rights = new RightsService(store, accounts, grants, namespaces, roles, new PullThroughs(store, clock));
    }
}
