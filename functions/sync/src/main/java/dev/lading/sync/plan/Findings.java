package dev.lading.sync.plan;

import dev.lading.commit.Staging;
import dev.lading.curation.StagedContent.TagOn;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import dev.lading.sync.run.SyncPart;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The change that a run will make as far as planned, and what it leaves out. */
public final class Findings {
    private final Omissions omissions;

    /** Manifests left out although something refers to them, with the reason. */
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

    /** Leaves out a manifest. Tags on it are reported when they are known. */
    void drop(Digest manifest, Trail trail, String why) {
        if (dropped.put(manifest, why) == null && !trail.isTag()) {
            omissions.add("manifest " + manifest + " of " + trail, why);
        }
    }

    /** Whether it sets any tag that is not a companion's. */
    boolean setsTags() {
        return SyncPart.setsTags(tags);
    }

    List<Tag> removedTags() {
        return removedTags;
    }

    /** Findings since the last call. */
    SyncPart part(Staging staging, int number) {
        tags.removeIf(tag -> {
            Optional<String> why = Optional.ofNullable(dropped.get(tag.manifest()));
            why.ifPresent(reason -> omissions.add("tag " + tag.tag(), reason));
            return why.isPresent();
        });
        var part = new SyncPart(staging, number, tags, removedTags, staged, removedManifests);
        tags = new ArrayList<>();
        removedTags = new ArrayList<>();
        staged = new ArrayList<>();
        removedManifests = new ArrayList<>();
        return part;
    }
}
