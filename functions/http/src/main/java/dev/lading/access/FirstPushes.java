package dev.lading.access;

import dev.lading.account.PrincipalId;
import dev.lading.grant.GrantService;
import dev.lading.grant.NamespaceService;
import dev.lading.grant.RightsService;
import dev.lading.history.Repository;
import dev.lading.oci.RegistryException.Unauthorized;
import dev.lading.oci.RepositoryName;
import dev.lading.repository.RepositoryService;
import java.util.Optional;

/**
 * Makes the namespace, the distribution and the repository of a name that a user or robot begins to push to, and makes
 * them its owner. An administrator's come with the first manifest, and are nobody's.
 */
public final class FirstPushes {
    private final RepositoryService repositories;
    private final NamespaceService namespaces;
    private final RightsService rights;
    private final GrantService grants;

    public FirstPushes(
            RepositoryService repositories, NamespaceService namespaces, RightsService rights, GrantService grants) {
        this.repositories = repositories;
        this.namespaces = namespaces;
        this.rights = rights;
        this.grants = grants;
    }

    /**
     * One read where the name is there already.
     *
     * @throws Unauthorized if a repository has the name that is distributed elsewhere, or nowhere, and is not theirs
     */
    public void begin(RepositoryName name, PrincipalId maker) {
        if (repositories.find(name).isPresent()) {
            return;
        }
        Optional<Repository> named = repositories.findNamed(name.value());
        if (named.isPresent() && !mayChange(maker, named.get())) {
            throw new Unauthorized("these credentials do not allow to push in '" + name + "'");
        }
        namespaces.claim(name, maker);
        var _ = repositories.getOrCreate(name, grants.owner(Optional.of(maker)));
    }

    private boolean mayChange(PrincipalId maker, Repository repository) {
        return rights.of(maker)
                .filter(held -> held.on(repository, "modify_content_containerrepository"))
                .isPresent();
    }
}
