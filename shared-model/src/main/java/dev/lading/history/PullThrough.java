package dev.lading.history;

import dev.lading.oci.RepositoryName;
import dev.lading.remote.RemoteId;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * A pull-through distribution as pulls need it: names beneath its base path are repositories of its upstream, made here
 * when they are first pulled.
 *
 * @param id of the distribution
 * @param remote that leads to the registry
 * @param restricted whether pulling what is here needs permission
 * @param anonymousFetch whether everybody may have new content fetched
 * @param freshness how long a tag is not asked for again
 * @param hidesGone whether a tag that the upstream no longer has is not served
 * @param retainVersions of the repositories it makes; empty: all
 */
public record PullThrough(
        UUID id,
        RepositoryName basePath,
        RemoteId remote,
        boolean restricted,
        boolean anonymousFetch,
        Duration freshness,
        boolean hidesGone,
        Optional<Integer> retainVersions) {
    /** The name that a repository beneath the base path has at the upstream. */
    public String upstreamName(RepositoryName name) {
        return name.value().substring(basePath.value().length() + 1);
    }
}
