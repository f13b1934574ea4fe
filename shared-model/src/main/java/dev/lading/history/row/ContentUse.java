package dev.lading.history.row;

import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;

/**
 * An edge from a manifest to content it references. Immutable; whether the manifest is in a given version must be
 * checked on its row.
 *
 * @param content the blob or, for an index, manifest referred to
 */
public record ContentUse(RepositoryId repository, Digest content, Digest manifest) {
    public static final Table<ContentUse> TABLE = new Table<>(
            "use", ContentUse.class, u -> new Key(u.repository().toString(), u.content() + "#" + u.manifest()));

    public Write put() {
        return Write.put(TABLE, this);
    }

    public static Query of(RepositoryId repository, Digest content, int limit) {
        return Query.ascending(repository.toString(), content + "#", content + "#~", limit);
    }
}
