package dev.lading.distribution;

import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.RepositoryName;
import java.util.Optional;
import java.util.UUID;

/**
 * A distribution that a pull through another one made.
 *
 * @param repository that the pull made, too: the only one that it may serve, since pulls add to what it serves
 */
public record MadeThrough(
        UUID through, RepositoryName basePath, DistributionId distribution, Optional<RepositoryId> repository) {
    static final Table<MadeThrough> TABLE =
            new Table<>("made-through", MadeThrough.class, made -> key(made.through(), made.basePath()));

    public MadeThrough {
        // Not in records of earlier versions.
        repository = repository == null ? Optional.empty() : repository;
    }

    private static Key key(UUID through, RepositoryName basePath) {
        return new Key(through.toString(), basePath.value());
    }

    /** All of one, in the order of their base paths. */
    static Query of(UUID through, int limit) {
        return Query.ascending(through.toString(), "0", "~", limit);
    }

    static Optional<MadeThrough> find(MetadataStore store, UUID through, RepositoryName basePath) {
        return store.get(TABLE, key(through, basePath));
    }

    public Write put() {
        return Write.put(TABLE, this);
    }

    Write delete() {
        return Write.delete(TABLE, this);
    }
}
