package dev.lading.history;

import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Key;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.oci.RepositoryName;
import java.util.Optional;
import java.util.UUID;

/**
 * What is pulled at a base path: the one record that every pull reads first. It carries all of its distribution that a
 * pull needs, and the version to read, so that no pull needs the repository's own record.
 *
 * @param version the pinned version, or the newest complete one of the repository
 * @param pinned whether new versions leave this name where it is
 * @param restricted whether pulling needs permission
 * @param through the pull-through distribution that made it
 */
public record PullPath(
        RepositoryName name,
        RepositoryId repository,
        long version,
        boolean pinned,
        boolean restricted,
        Optional<UUID> through,
        long revision)
        implements Revised {
    public static final Table<PullPath> TABLE = new Table<>("name", PullPath.class, n -> key(n.name()));

    public PullPath {
        // Not in records of earlier versions.
        through = through == null ? Optional.empty() : through;
    }

    public static Key key(RepositoryName name) {
        return new Key(name.value(), "name");
    }

    public PullPath at(long newVersion) {
        return new PullPath(name, repository, newVersion, pinned, restricted, through, revision + 1);
    }

    /** This path in place of {@code before}, with the revision that follows. */
    public PullPath after(PullPath before) {
        return new PullPath(name, repository, version, pinned, restricted, through, before.revision() + 1);
    }
}
