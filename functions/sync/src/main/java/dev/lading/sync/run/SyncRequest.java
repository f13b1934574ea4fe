package dev.lading.sync.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lading.history.row.RepositoryId;
import dev.lading.remote.RemoteId;

/**
 * A request for a sync; the arguments of the task.
 *
 * @param mirror remove what the upstream does not have, of what the remote's filters name
 * @param mirrorEmpty remove everything, too, if the upstream has none of it any more
 * @param signedOnly take only tags that are signed with cosign
 */
public record SyncRequest(
        RepositoryId repository,
        RemoteId remote,
        boolean mirror,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean mirrorEmpty,
        boolean signedOnly) {}
