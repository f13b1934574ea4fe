package dev.lading.sync.plan;

import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import dev.lading.sync.run.Companions;
import java.util.Optional;

/**
 * What led to a manifest.
 *
 * @param root where it began, as in "tag v1"
 * @param tag there
 * @param via the manifest that names it, if it is not the root's own
 * @param needed whether an image needs it to pull whole
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

    /** Whether it led to the manifest that a tag is on. */
    boolean isTag() {
        return via.isEmpty() && tag.isPresent();
    }

    /** What a manifest found on it names. */
    Trail behind(Digest manifest) {
        return new Trail(root, tag, Optional.of(manifest), needed);
    }

    /** As in "manifest sha256:… of tag v1", by the names that lead to it. */
    @Override
    public String toString() {
        return via.map(manifest -> "manifest " + manifest + " of ").orElse("") + root;
    }
}
