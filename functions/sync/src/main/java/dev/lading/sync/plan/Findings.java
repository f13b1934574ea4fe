package dev.lading.sync.plan;

import dev.lading.commit.Staging;
import dev.lading.curation.Arrival.TagOn;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import dev.lading.sync.run.SyncPart;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a run will change, as far as it is known, and what it does without. */
public final class Findings {
    private final Omissions omissions;

    /** Why manifests are not taken that something names. */
    private final Map<Digest, String> dropped = new HashMap<>();

    private List<TagOn> tags = new ArrayList<>();
    private List<Tag> removedTags = new ArrayList<>();
    private List<Digest> staged = new ArrayList<>();
    private List<Digest> removedManifests = new ArrayList<>();

    Findings(Omissions omissions) {
        this.omissions = omissions;
    }

    void set(Tag tag, Digest manifest) {
        tags.add(new TagOn(tag, manifest));
    }

    void remove(Tag tag) {
        removedTags.add(tag);
    }

    void remove(Digest manifest) {
        removedManifests.add(manifest);
    }

    void staged(Digest manifest) {
        dropped.remove(manifest);
        staged.add(manifest);
    }

    /** Does without a manifest. The tags that are on it are named when they are known. */
    void drop(Digest manifest, Trail trail, String why) {
        if (dropped.put(manifest, why) == null && !trail.isTag()) {
            omissions.add("manifest " + manifest + " of " + trail, why);
        }
    }

    /** Whether there are tags to set but companions. */
    boolean setsTags() {
        return SyncPart.setsTags(tags);
    }

    List<Tag> removedTags() {
        return removedTags;
    }

    /** What was found since the last time it was asked for. */
    SyncPart part(Staging staging, int number) {
        List<TagOn> without =
                tags.stream().filter(tag -> dropped.containsKey(tag.manifest())).toList();
        without.forEach(tag -> omissions.add("tag " + tag.tag(), dropped.get(tag.manifest())));
        tags.removeAll(without);
        var part = new SyncPart(staging, number, tags, removedTags, staged, removedManifests);
        tags = new ArrayList<>();
        removedTags = new ArrayList<>();
        staged = new ArrayList<>();
        removedManifests = new ArrayList<>();
        return part;
    }
}
