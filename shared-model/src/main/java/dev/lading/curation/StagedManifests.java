package dev.lading.curation;

import dev.lading.commit.Staging;
import dev.lading.history.VersionNote;
import dev.lading.oci.Digest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Manifests that are staged whole, and tags on them. */
record StagedManifests(Staging staging, List<Digest> roots, Set<TagOn> names, Optional<VersionNote> note)
        implements StagedContent {
    StagedManifests {
        roots = List.copyOf(roots);
        names = Set.copyOf(names);
    }

    @Override
    public Stream<Digest> manifests() {
        return roots.stream();
    }

    @Override
    public Stream<TagOn> tags() {
        return names.stream();
    }
}
