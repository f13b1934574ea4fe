package dev.lading.declared;

import dev.lading.commit.Staging;
import dev.lading.curation.StagedContent;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import java.util.Set;
import java.util.stream.Stream;

/** One image that is staged whole, and its tags. */
record StagedImage(Staging staging, Digest image, Set<Tag> names) implements StagedContent {
    @Override
    public Stream<Digest> manifests() {
        return Stream.of(image);
    }

    @Override
    public Stream<TagOn> tags() {
        return names.stream().map(name -> new TagOn(name, image));
    }
}
