package dev.lading.distribution;

import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.RepositoryName;
import java.util.UUID;

/** A distribution that a pull through another one made. */
public record MadeThrough(UUID through, RepositoryName basePath, DistributionId distribution) {
    static final Table<MadeThrough> TABLE =
            new Table<>("made-through", MadeThrough.class, made -> key(made.through(), made.basePath()));

    private static Key key(UUID through, RepositoryName basePath) {
        return new Key(through.toString(), basePath.value());
    }

    /** All of one, in the order of their base paths. */
    static Query of(UUID through, int limit) {
        return Query.ascending(through.toString(), "0", "~", limit);
    }

    public Write put() {
        return Write.put(TABLE, this);
    }

    Write delete() {
        return Write.delete(TABLE, this);
    }
}
