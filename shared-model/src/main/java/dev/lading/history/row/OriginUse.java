package dev.lading.history.row;

import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.remote.RemoteId;

/**
 * Records that a repository has had blobs that a remote leads to, so that it may list some of them without holding
 * them. Written before the first of them.
 */
public record OriginUse(RemoteId remote, RepositoryId repository) {
    public static final Table<OriginUse> TABLE =
            new Table<>("origin-use", OriginUse.class, use -> key(use.remote(), use.repository()));

    public static Key key(RemoteId remote, RepositoryId repository) {
        return new Key(remote.toString(), repository.toString());
    }

    /** All repositories of a remote. */
    public static Query of(RemoteId remote, int limit) {
        return Query.ascending(remote.toString(), "0", "~", limit);
    }

    public Write put() {
        return Write.put(TABLE, this);
    }
}
