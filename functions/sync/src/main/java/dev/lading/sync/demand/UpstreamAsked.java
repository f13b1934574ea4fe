package dev.lading.sync.demand;

import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Key;
import dev.lading.metadata.Table;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import java.time.Instant;

/**
 * When an upstream last gave a good answer for a tag, or for a manifest's referrers. A record of its own, since rows of
 * versions never change.
 *
 * @param what a tag, or what no tag can be
 */
record UpstreamAsked(RepositoryId repository, String what, Instant at) {
    static final Table<UpstreamAsked> TABLE =
            new Table<>("asked", UpstreamAsked.class, asked -> key(asked.repository(), asked.what()));

    static String of(Tag tag) {
        return tag.value();
    }

    static String referrersOf(Digest subject) {
        return "@" + subject;
    }

    static Key key(RepositoryId repository, String what) {
        return new Key(repository.toString(), what);
    }
}
