package dev.lading.repository;

import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import java.util.Optional;

/** A tag set to a manifest, or removed. */
public record TagEntry(RepositoryId repository, Tag tag, long version, Optional<Digest> digest) implements Content {
    public static final Table<TagEntry> TABLE =
            new Table<>("tag", TagEntry.class, t -> Content.key(t.repository(), t.name(), t.version()));

    @Override
    public String name() {
        return tag.value();
    }

    @Override
    public boolean present() {
        return digest.isPresent();
    }

    @Override
    public Write put() {
        return Write.put(TABLE, this);
    }

    @Override
    public Table<TagEntry> table() {
        return TABLE;
    }
}
