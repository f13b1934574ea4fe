package dev.lading.sync;

import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.remote.RemotePolicy;
import dev.lading.remote.RemoteSettings;

/**
 * Says by which policies a sync may be made.
 *
 * @param onDemand whether layers that a sync only lists can be fetched when they are pulled
 */
public record SyncablePolicies(boolean onDemand) {
    /**
     * Refuses remotes whose layers nobody here would fetch when they are pulled.
     *
     * @throws FieldInvalid if a remote is not one that can be synced from
     */
    public void require(RemoteSettings remote) {
        if (remote.policy() != RemotePolicy.IMMEDIATE && !onDemand) {
            throw new FieldInvalid(
                    "remote",
                    "the policy of remote '" + remote.name() + "' is " + remote.policy()
                            + "; only immediate can be synced where functions answer, for now");
        }
    }
}
