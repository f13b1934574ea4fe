package dev.lading.grant;

import dev.lading.account.PrincipalId;
import dev.lading.distribution.Distribution;
import dev.lading.distribution.PullThroughDistribution;
import dev.lading.history.Repository;
import dev.lading.oci.RepositoryName;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import java.util.Optional;

/**
 * What one caller may do, as their roles are now. Permissions are Pulp's, without the plugin in front; those of an
 * object are held on it, on everything, or through the namespace that it is in.
 */
public sealed interface Rights permits AdministratorRights, GrantedRights, RobotRights, VisitorRights {
    /** The user or robot whose they are; empty: the administrator, or nobody. */
    Optional<PrincipalId> caller();

    /** Those that come from roles, though they may be less than these; empty: the administrator's. */
    Optional<GrantedRights> granted();

    /** Whether they hold a permission on everything. */
    boolean onEverything(String permission);

    /** @param permission of a namespace, or {@code namespace_…} for all that is in it */
    boolean inNamespace(String namespace, String permission);

    boolean on(Distribution distribution, String permission);

    /** What they may do with a repository, also because of the names that it is distributed at. */
    boolean on(Repository repository, String permission);

    boolean on(RemoteId remote, String permission);

    /** @param permission of the remote's kind */
    boolean on(Remote remote, String permission);

    boolean on(PullThroughDistribution distribution, String permission);

    boolean onGroup(PrincipalId group, String permission);

    /** Whether lists show them a distribution: everybody who is signed in sees a public one. */
    default boolean sees(Distribution distribution) {
        return !distribution.settings().restricted() || on(distribution, "view_containerdistribution");
    }

    default boolean sees(PullThroughDistribution distribution) {
        return !distribution.settings().restricted() || on(distribution, "view_containerpullthroughdistribution");
    }

    /** Whether lists show them a repository; a public one, they see that it is there, and what is pulled from it. */
    boolean sees(Repository repository);

    /** What they may do at a name, there or not. */
    NameRights at(RepositoryName name);
}
