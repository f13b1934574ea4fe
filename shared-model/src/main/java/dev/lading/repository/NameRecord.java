package dev.lading.repository;

import dev.lading.metadata.Key;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.oci.RepositoryName;

/**
 * What is pulled at a name: the one record every pull reads first. It carries the version to read, so that no pull needs
 * the repository's own record.
 *
 * @param version the pinned version, or the newest complete one of the repository
 * @param pinned whether new versions leave this name where it is
 */
public record NameRecord(RepositoryName name, RepositoryId repository, long version, boolean pinned, long revision)
        implements Revised {
    public static final Table<NameRecord> TABLE = new Table<>("name", NameRecord.class, n -> key(n.name()));

    public static Key key(RepositoryName name) {
        return new Key(name.value(), "name");
    }

    NameRecord at(long newVersion) {
        return new NameRecord(name, repository, newVersion, pinned, revision + 1);
    }

    /** All names in order, for {@code _catalog}. */
    public record Listed(RepositoryName name) {
        static final String PARTITION = "all";
        public static final Table<Listed> TABLE = new Table<>(
                "catalog", Listed.class, l -> new Key(PARTITION, l.name().value()));
    }
}
