package dev.lading.history.row;

import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;

/**
 * That a manifest names a blob or, an index, another manifest. A fact that never changes while the repository has a row of
 * the manifest. Whether a version holds the manifest is asked of its row.
 *
 * @param content what is named
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
