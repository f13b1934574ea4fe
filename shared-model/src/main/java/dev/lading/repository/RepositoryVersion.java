package dev.lading.repository;

import dev.lading.metadata.Key;
import dev.lading.metadata.Table;
import java.time.Instant;
import java.util.List;

/**
 * What one version changed against the one before: the change log. A large version has several parts, written together
 * with the rows they name, so that an interrupted one can be swept.
 */
public record RepositoryVersion(
        RepositoryId repository, long version, int part, Instant created, List<Change> changes) {
    public static final Table<RepositoryVersion> TABLE =
            new Table<>("version", RepositoryVersion.class, v -> key(v.repository(), v.version(), v.part()));

    public RepositoryVersion {
        changes = changes == null ? List.of() : List.copyOf(changes);
    }

    static Key key(RepositoryId repository, long version, int part) {
        return new Key(repository.toString(), Content.sort(version) + "#%06d".formatted(part));
    }

    /**
     * One row of {@link Content}.
     *
     * @param present added or replaced; false: removed
     */
    public record Change(String table, String name, boolean present) {}
}
