package dev.lading.file;

import dev.lading.commit.Staging;
import dev.lading.curation.StagedContent;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import java.util.stream.Stream;

/** The artifact of a new version, which takes the place of the one before. */
record StagedFiles(Staging staging, Digest artifact) implements StagedContent {
    static final Tag LATEST = new Tag("latest");

    @Override
    public Stream<Digest> manifests() {
        return Stream.of(artifact);
    }

    @Override
    public Stream<TagOn> tags() {
        return Stream.of(new TagOn(LATEST, artifact));
    }

    @Override
    public boolean isMirror() {
        return true;
    }
}
