package dev.lading.content;

import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Key;
import dev.lading.metadata.Table;
import dev.lading.oci.Digest;
import java.time.Instant;

/**
 * When a manifest was last pulled through a distribution, to within a day. A record of its own, since rows of versions
 * never change.
 */
public record LastPull(RepositoryId repository, Digest manifest, Instant at) {
    public static final Table<LastPull> TABLE =
            new Table<>("last-pull", LastPull.class, pull -> key(pull.repository(), pull.manifest()));

    public static Key key(RepositoryId repository, Digest manifest) {
        return new Key(repository.toString(), manifest.toString());
    }
}
