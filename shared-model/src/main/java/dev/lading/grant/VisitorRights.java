package dev.lading.grant;

import dev.lading.account.PrincipalId;
import dev.lading.distribution.BasePathIndex;
import dev.lading.distribution.Distribution;
import dev.lading.distribution.PullThroughDistribution;
import dev.lading.history.PullThrough;
import dev.lading.history.Repository;
import dev.lading.history.ThroughPaths;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.RepositoryName;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import java.util.Optional;

/** The rights of somebody who did not log in: to see and to pull what is public. */
public record VisitorRights(MetadataStore store, ThroughPaths throughs) implements Rights {
    @Override
    public Optional<PrincipalId> caller() {
        return Optional.empty();
    }

    @Override
    public Optional<GrantedRights> granted() {
        return Optional.empty();
    }

    @Override
    public boolean onEverything(String permission) {
        return false;
    }

    @Override
    public boolean inNamespace(String namespace, String permission) {
        return false;
    }

    @Override
    public boolean on(Distribution distribution, String permission) {
        return false;
    }

    @Override
    public boolean on(Repository repository, String permission) {
        return false;
    }

    @Override
    public boolean on(RemoteId remote, String permission) {
        return false;
    }

    @Override
    public boolean on(Remote remote, String permission) {
        return false;
    }

    @Override
    public boolean on(PullThroughDistribution distribution, String permission) {
        return false;
    }

    @Override
    public boolean onGroup(PrincipalId group, String permission) {
        return false;
    }

    @Override
    public boolean sees(Repository repository) {
        return repository.names().stream().anyMatch(this::isPublic);
    }

    @Override
    public NameRights at(RepositoryName name) {
        boolean open = isPublic(name)
                && throughs.at(name).filter(PullThrough::restricted).isEmpty();
        return new NameRights(open, false, false, false, open);
    }

    private boolean isPublic(RepositoryName name) {
        return BasePathIndex.INDEX
                .find(store, name)
                .filter(at -> !at.restricted())
                .isPresent();
    }
}
