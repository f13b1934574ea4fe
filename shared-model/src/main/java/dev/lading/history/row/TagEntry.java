package dev.lading.history.row;

import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import java.util.Optional;
import java.util.UUID;

/**
 * A tag set to a manifest, or removed.
 *
 * @param id of the unit; empty: removed
 */
public record TagEntry(RepositoryId repository, Tag tag, long version, Optional<Digest> digest, Optional<UUID> id)
        implements Content {
    public static final Table<TagEntry> TABLE =
            new Table<>("tag", TagEntry.class, t -> Content.key(t.repository(), t.name(), t.version()));

    public static TagEntry set(RepositoryId repository, long version, ContentUnit unit) {
        return new TagEntry(repository, unit.tag(), version, Optional.of(unit.digest()), Optional.of(unit.id()));
    }

    public static TagEntry removed(RepositoryId repository, long version, Tag tag) {
        return new TagEntry(repository, tag, version, Optional.empty(), Optional.empty());
    }

    @Override
    public TagEntry copyTo(RepositoryId other, long newVersion) {
        return new TagEntry(other, tag, newVersion, digest, id);
    }

    @Override
    public TagEntry removedAt(long removal) {
        return removed(repository, removal, tag);
    }

    @Override
    public String name() {
        return tag.value();
    }

    @Override
    public boolean present() {
        return digest.isPresent();
    }

    @Override
    public Optional<ContentUnit> unit() {
        return digest.map(on -> new ContentUnit(ContentKind.TAG, ContentUnit.tagName(tag, on), id.orElseThrow()));
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
