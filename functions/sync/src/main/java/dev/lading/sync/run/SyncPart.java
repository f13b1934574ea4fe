package dev.lading.sync.run;

import dev.lading.commit.Staging;
import dev.lading.curation.StagedContent.TagOn;
import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.oci.Companions;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import dev.lading.task.TaskId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Gatherers;
import java.util.stream.Stream;

/**
 * A part of a run's planned change.
 *
 * @param manifests in the staging area
 * @param plannedAt the repository's newest version then; empty in records of earlier versions
 */
public record SyncPart(
        Staging staging,
        int number,
        List<TagOn> tags,
        List<Tag> removedTags,
        List<Digest> manifests,
        List<Digest> removedManifests,
        Optional<Long> plannedAt) {
    public static final Table<SyncPart> TABLE = new Table<>(
            "sync-part", SyncPart.class, p -> new Key(p.staging().id().toString(), sort(p.number())));

    private static final int READ_AT_ONCE = 4;

    public SyncPart {
        tags = tags == null ? List.of() : List.copyOf(tags);
        removedTags = removedTags == null ? List.of() : List.copyOf(removedTags);
        manifests = manifests == null ? List.of() : List.copyOf(manifests);
        removedManifests = removedManifests == null ? List.of() : List.copyOf(removedManifests);
        plannedAt = plannedAt == null ? Optional.empty() : plannedAt;
    }

    public SyncPart(
            Staging staging,
            int number,
            List<TagOn> tags,
            List<Tag> removedTags,
            List<Digest> manifests,
            List<Digest> removedManifests) {
        this(staging, number, tags, removedTags, manifests, removedManifests, Optional.empty());
    }

    public SyncPart plannedAt(long version) {
        return new SyncPart(staging, number, tags, removedTags, manifests, removedManifests, Optional.of(version));
    }

    private static String sort(int number) {
        return "%08d".formatted(number);
    }

    /** The parts of a run that count, as far as they are stored; read lazily. */
    public static Stream<SyncPart> of(MetadataStore store, SyncRun run) {
        int count = run.planning().parts();
        return count == 0
                ? Stream.empty()
                : store.stream(
                        TABLE, Query.ascending(run.staging().id().toString(), sort(0), sort(count - 1), READ_AT_ONCE));
    }

    /** Whether it sets any tag that is not a companion's. */
    public boolean setsTags() {
        return setsTags(tags);
    }

    public static boolean setsTags(List<TagOn> tags) {
        return tags.stream().anyMatch(on -> !Companions.isCompanion(on.tag()));
    }

    static Query all(Staging staging, int limit) {
        return Query.ascending(staging.id().toString(), sort(0), "~", limit);
    }

    /** These contents in parts of at most {@code names} names each. */
    public List<SyncPart> split(int names) {
        List<SyncPart> parts = new ArrayList<>();
        for (List<TagOn> some : pages(tags, names)) {
            parts.add(new SyncPart(staging, number + parts.size(), some, List.of(), List.of(), List.of()));
        }
        for (List<Tag> some : pages(removedTags, names)) {
            parts.add(new SyncPart(staging, number + parts.size(), List.of(), some, List.of(), List.of()));
        }
        for (List<Digest> some : pages(manifests, names)) {
            parts.add(new SyncPart(staging, number + parts.size(), List.of(), List.of(), some, List.of()));
        }
        for (List<Digest> some : pages(removedManifests, names)) {
            parts.add(new SyncPart(staging, number + parts.size(), List.of(), List.of(), List.of(), some));
        }
        return parts;
    }

    private static <T> List<List<T>> pages(List<T> all, int size) {
        return all.stream().gather(Gatherers.windowFixed(size)).toList();
    }

    /** A mark that a run's change has been committed as a version. */
    public record Committed(Staging staging, TaskId task, long version) {
        public static final Table<Committed> TABLE =
                new Table<>("sync-committed", Committed.class, c -> key(c.staging()));

        public static Key key(Staging staging) {
            return new Key(staging.id().toString(), "committed");
        }
    }
}
