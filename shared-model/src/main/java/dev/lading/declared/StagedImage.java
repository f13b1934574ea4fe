package dev.lading.declared;

import dev.lading.commit.Staging;
import dev.lading.curation.StagedContent;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** One image that is staged whole, and its tags. */
record StagedImage(Staging staging, Digest image, Set<Tag> names) implements StagedContent {
    @Override
    public Stream<Digest> manifests() {
        return Stream.of(image);
    }

    @Override
    public Optional<Long> plannedAt() {
        return Optional.empty();
    }

    @Override
    public Stream<TagOn> tags() {
        return names.stream().map(name -> new TagOn(name, image));
    }

    @Override
    public boolean isMirror() {
        return false;
    }

    @Override
    public Stream<Tag> removedTags() {
        return Stream.empty();
    }

    @Override
    public Stream<Digest> removedManifests() {
        return Stream.empty();
    }

    @Override
    public Stream<Digest> kept() {
        return Stream.empty();
    }

    @Override
    public Stream<Tag> companions(Digest manifest) {
        return Stream.empty();
    }

    @Override
    public List<Write> fence() {
        return List.of();
    }

    @Override
    public List<Write> atEnd(long version) {
        return List.of();
    }
}
