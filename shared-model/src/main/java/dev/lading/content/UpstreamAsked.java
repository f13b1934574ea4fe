package dev.lading.content;

import dev.lading.history.SortKeys;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import java.time.Instant;
import java.util.Optional;

/**
 * When an upstream last gave a good answer for a tag, or for a manifest's referrers, or that it has a tag no more. A
 * record of its own, since rows of versions never change.
 *
 * @param what a tag, or what no tag can be
 * @param gone the manifest that is held of a tag which the upstream, when it was last asked, did not have or did not
 *     give
 * @param missing whether it said that it does not have the tag
 */
public record UpstreamAsked(RepositoryId repository, String what, Instant at, Optional<Digest> gone, boolean missing) {
    public static final Table<UpstreamAsked> TABLE =
            new Table<>("asked", UpstreamAsked.class, asked -> key(asked.repository(), asked.what()));

    public UpstreamAsked {
        // Not in records of earlier versions.
        gone = gone == null ? Optional.empty() : gone;
    }

    public static UpstreamAsked answered(RepositoryId repository, String what, Instant at) {
        return new UpstreamAsked(repository, what, at, Optional.empty(), false);
    }

    /** Whether the upstream does not have a tag, of which this manifest is held. */
    public boolean isMissing(Digest held) {
        return missing && gone.equals(Optional.of(held));
    }

    public static String of(Tag tag) {
        return tag.value();
    }

    public static String referrersOf(Digest subject) {
        return "@" + subject;
    }

    public static Key key(RepositoryId repository, String what) {
        return new Key(repository.toString(), what);
    }

    public static Query all(RepositoryId repository, int limit) {
        return Query.ascending(repository.toString(), SortKeys.FIRST, SortKeys.LAST, limit);
    }
}
