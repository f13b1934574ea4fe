package dev.lading.sync;

import dev.lading.repository.RepositoryId;
import java.util.UUID;

/**
 * What a sync is asked for; arguments of a {@link SyncTask}.
 *
 * @param mirror remove what the upstream does not have, of what the remote's filters name
 * @param signedOnly take only tags that are signed with cosign
 */
public record SyncRequest(RepositoryId repository, UUID remote, boolean mirror, boolean signedOnly) {}
