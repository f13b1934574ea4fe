package dev.lading.sync;

import dev.lading.curation.Arrival.TagOn;
import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import dev.lading.repository.Staging;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Part of what a run will change.
 *
 * @param manifests that wait in the staging area
 */
record SyncPart(
        Staging staging,
        int number,
        List<TagOn> tags,
        List<Tag> removedTags,
        List<Digest> manifests,
        List<Digest> removedManifests) {
    static final Table<SyncPart> TABLE = new Table<>(
            "sync-part", SyncPart.class, p -> new Key(p.staging().id().toString(), sort(p.number())));

    /** Names in one record, of at most 205 characters. */
    static final int MAX_NAMES = 1000;

    SyncPart {
        tags = tags == null ? List.of() : List.copyOf(tags);
        removedTags = removedTags == null ? List.of() : List.copyOf(removedTags);
        manifests = manifests == null ? List.of() : List.copyOf(manifests);
        removedManifests = removedManifests == null ? List.of() : List.copyOf(removedManifests);
    }

    private static String sort(int number) {
        return "%08d".formatted(number);
    }

    /** Those below {@code end}. */
    static Query before(Staging staging, int end, int limit) {
        return Query.ascending(staging.id().toString(), sort(0), sort(end - 1), limit);
    }

    static Query all(Staging staging, int limit) {
        return Query.ascending(staging.id().toString(), sort(0), "~", limit);
    }

    boolean isEmpty() {
        return tags.isEmpty() && removedTags.isEmpty() && manifests.isEmpty() && removedManifests.isEmpty();
    }

    /** The same in records that are not too large. */
    List<SyncPart> split() {
        List<SyncPart> parts = new ArrayList<>();
        for (List<TagOn> some : pages(tags)) {
            parts.add(new SyncPart(staging, number + parts.size(), some, List.of(), List.of(), List.of()));
        }
        for (List<Tag> some : pages(removedTags)) {
            parts.add(new SyncPart(staging, number + parts.size(), List.of(), some, List.of(), List.of()));
        }
        for (List<Digest> some : pages(manifests)) {
            parts.add(new SyncPart(staging, number + parts.size(), List.of(), List.of(), some, List.of()));
        }
        for (List<Digest> some : pages(removedManifests)) {
            parts.add(new SyncPart(staging, number + parts.size(), List.of(), List.of(), List.of(), some));
        }
        return parts;
    }

    private static <T> List<List<T>> pages(List<T> all) {
        List<List<T>> pages = new ArrayList<>();
        for (int from = 0; from < all.size(); from += MAX_NAMES) {
            pages.add(all.subList(from, Math.min(from + MAX_NAMES, all.size())));
        }
        return pages;
    }

    /** That a run's change is in a version. */
    record Committed(Staging staging, UUID task, long version) {
        static final Table<Committed> TABLE = new Table<>("sync-committed", Committed.class, c -> key(c.staging()));

        static Key key(Staging staging) {
            return new Key(staging.id().toString(), "committed");
        }
    }
}
