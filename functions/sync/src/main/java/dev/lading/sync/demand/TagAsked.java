package dev.lading.sync.demand;

import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Key;
import dev.lading.metadata.Table;
import dev.lading.oci.Tag;
import java.time.Instant;

/** When an upstream last gave a good answer for a tag. A record of its own, since rows of versions never change. */
record TagAsked(RepositoryId repository, Tag tag, Instant at) {
    static final Table<TagAsked> TABLE =
            new Table<>("asked", TagAsked.class, asked -> key(asked.repository(), asked.tag()));

    static Key key(RepositoryId repository, Tag tag) {
        return new Key(repository.toString(), tag.value());
    }
}
