package dev.lading.grant;

import dev.lading.account.PrincipalId;
import dev.lading.distribution.Distribution;
import dev.lading.distribution.PullThroughDistribution;
import dev.lading.history.Repository;
import dev.lading.oci.RepositoryName;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import java.util.Optional;

/** The administrator's rights: everything. */
public record AdministratorRights() implements Rights {
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
        return true;
    }

    @Override
    public boolean inNamespace(String namespace, String permission) {
        return true;
    }

    @Override
    public boolean on(Distribution distribution, String permission) {
        return true;
    }

    @Override
    public boolean on(Repository repository, String permission) {
        return true;
    }

    @Override
    public boolean on(RemoteId remote, String permission) {
        return true;
    }

    @Override
    public boolean on(Remote remote, String permission) {
        return true;
    }

    @Override
    public boolean on(PullThroughDistribution distribution, String permission) {
        return true;
    }

    @Override
    public boolean onGroup(PrincipalId group, String permission) {
        return true;
    }

    @Override
    public boolean sees(Repository repository) {
        return true;
    }

    @Override
    public NameRights at(RepositoryName name) {
        return new NameRights(true, true, true, true, true);
    }
}
