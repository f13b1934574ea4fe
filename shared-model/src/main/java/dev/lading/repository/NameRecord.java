package dev.lading.repository;

import dev.lading.metadata.Key;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.oci.RepositoryName;

/**
 * What is pulled at a base path: the one record every pull reads first. It carries all of its {@link Distribution} that a
 * pull needs, and the version to read, so that no pull needs the repository's own record.
 *
 * @param version the pinned version, or the newest complete one of the repository
 * @param pinned whether new versions leave this name where it is
 * @param restricted pulling needs to be allowed to
 */
public record NameRecord(
        RepositoryName name, RepositoryId repository, long version, boolean pinned, boolean restricted, long revision)
        implements Revised {
    public static final Table<NameRecord> TABLE = new Table<>("name", NameRecord.class, n -> key(n.name()));

    public static Key key(RepositoryName name) {
        return new Key(name.value(), "name");
    }

    NameRecord at(long newVersion) {
        return new NameRecord(name, repository, newVersion, pinned, restricted, revision + 1);
    }

    /** In place of {@code before}: its revision goes on. */
    NameRecord after(NameRecord before) {
        return new NameRecord(name, repository, version, pinned, restricted, before.revision() + 1);
    }
}
