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
 * The rights of a robot that a user made: what it was given, and of this no more than the user has.
 *
 * @param own by the robot's roles alone
 */
public record RobotRights(GrantedRights own, Rights makers) implements Rights {
    @Override
    public Optional<PrincipalId> caller() {
        return own.caller();
    }

    @Override
    public Optional<GrantedRights> granted() {
        return own.granted();
    }

    @Override
    public boolean onEverything(String permission) {
        return own.onEverything(permission) && makers.onEverything(permission);
    }

    @Override
    public boolean inNamespace(String namespace, String permission) {
        return own.inNamespace(namespace, permission) && makers.inNamespace(namespace, permission);
    }

    @Override
    public boolean on(Distribution distribution, String permission) {
        return own.on(distribution, permission) && makers.on(distribution, permission);
    }

    @Override
    public boolean on(Repository repository, String permission) {
        return own.on(repository, permission) && makers.on(repository, permission);
    }

    @Override
    public boolean on(RemoteId remote, String permission) {
        return own.on(remote, permission) && makers.on(remote, permission);
    }

    @Override
    public boolean on(Remote remote, String permission) {
        return own.on(remote, permission) && makers.on(remote, permission);
    }

    @Override
    public boolean on(PullThroughDistribution distribution, String permission) {
        return own.on(distribution, permission) && makers.on(distribution, permission);
    }

    @Override
    public boolean onGroup(PrincipalId group, String permission) {
        return own.onGroup(group, permission) && makers.onGroup(group, permission);
    }

    @Override
    public boolean sees(Repository repository) {
        return own.sees(repository) && makers.sees(repository);
    }

    @Override
    public NameRights at(RepositoryName name) {
        return own.at(name).and(makers.at(name));
    }
}
