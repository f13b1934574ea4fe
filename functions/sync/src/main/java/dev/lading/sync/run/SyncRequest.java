package dev.lading.sync.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lading.history.row.RepositoryId;
import java.util.UUID;

/**
 * What a sync is asked for; arguments of a the task.
 *
 * @param mirror remove what the upstream does not have, of what the remote's filters name
 * @param mirrorEmpty remove all of it, too, if the upstream has nothing of it any more
 * @param signedOnly take only tags that are signed with cosign
 */
public record SyncRequest(
        RepositoryId repository,
        UUID remote,
        boolean mirror,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean mirrorEmpty,
        boolean signedOnly) {}
