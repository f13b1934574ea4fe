package dev.lading.history.row;

import dev.lading.remote.RemoteId;

/**
 * Where a blob that a repository lists without holding it can be had. It goes along with copies and promotions.
 *
 * @param remote that says where the registry is, and logs in there
 * @param upstreamName the repository's name there
 */
public record BlobOrigin(RemoteId remote, String upstreamName) {}
