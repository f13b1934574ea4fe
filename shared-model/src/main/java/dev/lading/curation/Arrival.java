package dev.lading.curation;

import dev.lading.commit.Staging;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Content that waits in a staging area to come into a repository as one version, and what goes when it comes. Read anew each
 * time somebody else changed the repository first.
 */
public interface Arrival {
    Staging staging();

    /** Manifests that wait; each comes with its manifests, config and layers. */
    Stream<Digest> manifests();

    /** The newest version when it was seen what the repository has, so that it need not come; empty: all comes. */
    Optional<Long> plannedAt();

    /** Tags to set on manifests that wait or that the repository has. */
    Stream<TagOn> tags();

    record TagOn(Tag tag, Digest manifest) {}

    /** Whether what goes takes with it all that only it needed, and so does a tag that is set to another manifest. */
    boolean isMirror();

    /** Tags to remove. */
    Stream<Tag> removedTags();

    /** Manifests to remove unless something needs them. */
    Stream<Digest> removedManifests();

    /** Manifests that stay whatever goes. */
    Stream<Digest> kept();

    /** Tags that go with a manifest that goes, if they are there. */
    Stream<Tag> companions(Digest manifest);

    /** Must hold all the while. */
    List<Write> fence();

    /** What goes with the change, if there is one, given the version it is in. */
    List<Write> atEnd(long version);
}
