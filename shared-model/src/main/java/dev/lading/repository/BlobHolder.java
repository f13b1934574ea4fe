package dev.lading.repository;

import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.oci.Digest;
import dev.lading.oci.RepositoryName;

/** That a blob once came into a repository: where a mount without {@code from} looks. Whether it is still there is asked. */
public record BlobHolder(Digest digest, RepositoryName name) {
    public static final Table<BlobHolder> TABLE = new Table<>(
            "blob-holder",
            BlobHolder.class,
            h -> new Key(h.digest().toString(), h.name().value()));

    public static Query of(Digest digest, int limit) {
        return Query.ascending(digest.toString(), " ", "~", limit);
    }
}
