package dev.lading.sync.plan;

import dev.lading.oci.Companions;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import java.util.Optional;

/**
 * The path that led to a manifest.
 *
 * @param root its beginning, as in "tag v1"
 * @param tag at the root
 * @param via the manifest that refers to it, if it is not the root's own
 * @param needed whether an image needs it to be pulled whole
 */
record Trail(String root, Optional<Tag> tag, Optional<Digest> via, boolean needed) {
    private static final Trail INCLUDES = new Trail("the remote's includes", Optional.empty(), Optional.empty(), true);

    static Trail of(Tag tag) {
        return new Trail("tag " + tag, Optional.of(tag), Optional.empty(), !Companions.isCompanion(tag));
    }

    static Trail includes() {
        return INCLUDES;
    }

    static Trail referrers(Digest subject) {
        return new Trail(Referrers.name(subject), Optional.empty(), Optional.empty(), false);
    }

    /** Whether the manifest is the one that a tag is on. */
    boolean isTag() {
        return via.isEmpty() && tag.isPresent();
    }

    /** The path to what that manifest refers to. */
    Trail behind(Digest manifest) {
        return new Trail(root, tag, Optional.of(manifest), needed);
    }

    /** A phrase such as "manifest sha256:… of tag v1". */
    @Override
    public String toString() {
        return via.map(manifest -> "manifest " + manifest + " of ").orElse("") + root;
    }
}
