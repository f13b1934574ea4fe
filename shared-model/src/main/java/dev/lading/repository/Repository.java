package dev.lading.repository;

import dev.lading.metadata.Key;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.oci.RepositoryName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A series of versions. Every new version changes this record, so its revision is what concurrent writers meet at.
 *
 * @param version newest complete version
 * @param lease of the writer of version + 1, when that takes more than one transaction
 * @param followers names that show the newest version
 */
public record Repository(
        RepositoryId id,
        long version,
        Optional<Lease> lease,
        List<RepositoryName> followers,
        Instant created,
        long revision)
        implements Revised {
    public static final Table<Repository> TABLE = new Table<>("repository", Repository.class, r -> key(r.id()));

    public Repository {
        followers = followers == null ? List.of() : List.copyOf(followers);
    }

    /** Until when others leave the next version number alone. */
    public record Lease(Instant expires) {}

    public static Key key(RepositoryId id) {
        return new Key(id.toString(), "repository");
    }

    Repository leased(Instant until) {
        return new Repository(id, version, Optional.of(new Lease(until)), followers, created, revision + 1);
    }

    Repository at(long newVersion) {
        return new Repository(id, newVersion, Optional.empty(), followers, created, revision + 1);
    }
}
