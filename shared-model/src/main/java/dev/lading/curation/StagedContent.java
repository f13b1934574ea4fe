package dev.lading.curation;

import dev.lading.commit.Staging;
import dev.lading.history.VersionNote;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Staged content to be committed to a repository as one version, with what the version removes. Read anew each time a
 * compare-and-set lost to another writer.
 */
public interface StagedContent {
    Staging staging();

    /** Staged manifests; each comes with its manifests, config and layers. */
    Stream<Digest> manifests();

    /** The newest version when it was decided what the repository has and need not be staged; empty: all is staged. */
    default Optional<Long> plannedAt() {
        return Optional.empty();
    }

    /** Tags to set on manifests that are staged or that the repository has. */
    Stream<TagOn> tags();

    record TagOn(Tag tag, Digest manifest) {}

    /** What the version that it makes says of itself. */
    default Optional<VersionNote> note() {
        return Optional.empty();
    }

    /** Whether this is a mirror: then a removed manifest, or one whose tag moves, goes with all that only it needed. */
    default boolean isMirror() {
        return false;
    }

    /** Tags to remove. */
    default Stream<Tag> removedTags() {
        return Stream.empty();
    }

    /** Manifests to remove unless something needs them. */
    default Stream<Digest> removedManifests() {
        return Stream.empty();
    }

    /** Manifests that stay in any case. */
    default Stream<Digest> kept() {
        return Stream.empty();
    }

    /** Tags to remove with a manifest, if they are there. */
    default Stream<Tag> companions(Digest manifest) {
        return Stream.empty();
    }

    /** Conditions that must hold until the commit. */
    default List<Write> fence() {
        return List.of();
    }

    /** Writes committed with the change, if there is one; given the version it is in. */
    default List<Write> atEnd(long version) {
        return List.of();
    }
}
