package dev.lading.history;

import dev.lading.history.row.Content;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import java.time.Instant;

/** A deleted version that had a newer one. Rows that only it showed are left for cleanup. */
public record SquashedVersion(RepositoryId repository, long version, Instant deleted) {
    public static final Table<SquashedVersion> TABLE =
            new Table<>("squashed", SquashedVersion.class, s -> RepositoryVersion.key(s.repository(), s.version()));

    public static Query all(RepositoryId repository, int limit) {
        return Query.ascending(repository.toString(), Content.sort(0), Content.sort(Content.PENDING), limit);
    }
}
