package dev.lading.content;

import dev.lading.history.Changes;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.TagEntry;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Removes content from the newest version without leaving anything broken: a manifest goes with the tags on it, and a
 * blob with the last manifest that refers to it.
 */
public final class Removal {
    private final RepositoryView newest;
    private final ManifestService manifests;
    private final Instant now;
    private final Needs needs;
    private final Map<String, TagEntry> tags = new LinkedHashMap<>();
    private final Set<String> moved = new HashSet<>();
    private final Map<Digest, ManifestEntry> removed = new LinkedHashMap<>();
    private final Map<Digest, BlobEntry> blobs = new LinkedHashMap<>();

    /** Blobs to remove unless a manifest that stays refers to them. */
    private final Set<Digest> maybeUnused = new HashSet<>();

    public Removal(RepositoryView newest, ManifestService manifests, Instant now) {
        this(newest, manifests, Needs.NOTHING_ELSE, now);
    }

    /** A removal that is part of a larger change. */
    public Removal(RepositoryView newest, ManifestService manifests, Needs needs, Instant now) {
        this.newest = newest;
        this.manifests = manifests;
        this.needs = needs;
        this.now = now;
    }

    /** Dependencies beyond references in manifests, as seen by the larger change. */
    public interface Needs {
        Needs NOTHING_ELSE = new Needs() {
            @Override
            public boolean isNeeded(Digest content) {
                return false;
            }

            @Override
            public Stream<TagEntry> tagsWith(Digest manifest) {
                return Stream.empty();
            }

            @Override
            public Stream<Digest> manifestsWith(Digest manifest) {
                return Stream.empty();
            }
        };

        /** Whether a blob or a manifest must stay. */
        boolean isNeeded(Digest content);

        /** Tags removed with a manifest. */
        Stream<TagEntry> tagsWith(Digest manifest);

        /** Manifests (referrers) removed with it unless otherwise referenced. */
        Stream<Digest> manifestsWith(Digest manifest);
    }

    public void tag(TagEntry tag) {
        tags.put(tag.name(), tag);
    }

    /** Notes that the larger change sets a tag to another manifest: its old one goes if nothing else needs it. */
    public void moved(TagEntry tag) {
        moved.add(tag.name());
        tag.digest().ifPresent(this::unused);
    }

    public void manifest(ManifestEntry manifest) {
        if (removed.put(manifest.digest(), manifest) == null) {
            newest.tagsOn(manifest.digest()).forEach(this::tag);
            maybeUnused.addAll(manifests.parsed(manifest).blobs());
        }
    }

    /** Removes a tag and all that only it needs: its manifest, if it has no other tag and is in no index, and so on. */
    public void tagRecursively(TagEntry tag) {
        tag(tag);
        tag.digest().ifPresent(this::unused);
    }

    /** Removes a manifest with the tags on it; of an index, its manifests that nothing else needs. */
    private void manifestRecursively(ManifestEntry manifest) {
        Manifest parsed = manifests.parsed(manifest);
        manifest(manifest);
        parsed.manifests().forEach(this::unused);
        needs.tagsWith(manifest.digest()).forEach(this::tagRecursively);
        needs.manifestsWith(manifest.digest()).forEach(this::unused);
    }

    /**
     * Removes content of any kind with all that only it needs, as far as the newest version has it and nothing that
     * stays needs it. All tags are removed before manifests are checked, so that their order does not matter.
     */
    public void recursively(List<ContentUnit> units) {
        of(ContentKind.TAG, units).flatMap(unit -> tagOf(unit).stream()).forEach(this::tag);
        List.copyOf(tags.values()).forEach(this::tagRecursively);
        of(ContentKind.MANIFEST, units).map(ContentUnit::digest).forEach(this::unused);
        of(ContentKind.BLOB, units).map(ContentUnit::digest).forEach(maybeUnused::add);
    }

    private static Stream<ContentUnit> of(ContentKind kind, List<ContentUnit> units) {
        return units.stream().filter(unit -> unit.kind() == kind);
    }

    private Optional<TagEntry> tagOf(ContentUnit unit) {
        return newest.tagEntry(unit.tag()).filter(tag -> tag.digest().equals(Optional.of(unit.digest())));
    }

    /**
     * Removes a manifest if it has no tag and is in no index that stays; to be called again after each index that goes.
     */
    public void unused(Digest digest) {
        if (removed.containsKey(digest)
                || needs.isNeeded(digest)
                || newest.tagsOn(digest).anyMatch(tag -> !tags.containsKey(tag.name()) && !moved.contains(tag.name()))
                || newest.indexesWith(digest).anyMatch(index -> !removed.containsKey(index))) {
            return;
        }
        newest.manifest(digest).ifPresent(this::manifestRecursively);
    }

    /** The removal as steps of few writes each. */
    public List<Changes> steps() {
        for (Digest blob : maybeUnused) {
            if (!needs.isNeeded(blob) && newest.users(blob).allMatch(removed::containsKey)) {
                newest.blobInVersion(blob).ifPresent(entry -> blobs.put(blob, entry));
            }
        }
        List<Changes> steps = new ArrayList<>();
        long version = newest.nextVersion();
        tags.values().stream()
                .filter(tag -> !moved.contains(tag.name()))
                .forEach(tag -> steps.add(new Changes().add(tag.removedAt(version))));
        removed.values().forEach(manifest -> steps.add(removal(manifest, version)));
        blobs.values().forEach(blob -> steps.add(new Changes().remove(blob, newest, now)));
        return steps;
    }

    /** The removal as one change. */
    public Changes changes() {
        var changes = new Changes();
        steps().forEach(changes::addAll);
        return changes;
    }

    private Changes removal(ManifestEntry manifest, long version) {
        Changes changes = new Changes().add(manifest.removedAt(version));
        manifest.subject()
                .flatMap(subject -> newest.referrer(subject, manifest.digest()))
                .ifPresent(referrer -> changes.add(referrer.removedAt(version)));
        return changes;
    }
}
