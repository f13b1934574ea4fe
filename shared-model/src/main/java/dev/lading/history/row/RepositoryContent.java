package dev.lading.history.row;

import dev.lading.metadata.Condition;
import dev.lading.metadata.HexPartition;
import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.random.Randomness;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/**
 * Records that a repository references a content unit. Written before the first row and deleted after the last, so it
 * is also the root that keeps a blob's bytes and the index from unit to repositories.
 *
 * <p>Two repositories that get new content at the same moment may each give it an id. Both ids find it; the lower one
 * is the one shown.
 *
 * @param touched when the content was last put here
 * @param revision random, so that a blind put is still noticed by the compare-and-set of a deletion
 */
public record RepositoryContent(ContentUnit unit, RepositoryId repository, Instant touched, long revision)
        implements Revised {
    public static final Table<RepositoryContent> TABLE =
            new Table<>("holder", RepositoryContent.class, h -> key(h.unit(), h.repository()));

    public static Key key(ContentUnit unit, RepositoryId repository) {
        return key(unit.kind(), unit.name(), repository);
    }

    public static Key key(ContentKind kind, String name, RepositoryId repository) {
        String fingerprint = ContentUnit.fingerprint(kind, name);
        return new Key(partition(kind, HexPartition.first(fingerprint)), fingerprint + "#" + name + "#" + repository);
    }

    public static Write put(ContentUnit unit, RepositoryId repository, Instant now) {
        long revision = Randomness.source().nextLong(1, Long.MAX_VALUE);
        return Write.put(TABLE, new RepositoryContent(unit, repository, now, revision));
    }

    public Write deleteUnchanged() {
        return new Write.Delete(TABLE, key(unit, repository), Condition.unchanged(this));
    }

    /** Records of the unit with a name, in all repositories. */
    public static Query named(ContentKind kind, String name, int limit) {
        String fingerprint = ContentUnit.fingerprint(kind, name);
        return beginning(kind, fingerprint + "#" + name + "#", limit);
    }

    /** Records of units that may have this id; few others have the same fingerprint. */
    public static Query identified(ContentKind kind, UUID id, int limit) {
        return beginning(kind, ContentUnit.fingerprint(id) + "#", limit);
    }

    /** Records of all tags on a manifest; few others are among them. */
    public static Query tagsOn(Digest manifest, int limit) {
        return beginning(ContentKind.TAG, ContentUnit.tagsOn(manifest.toString()), limit);
    }

    /** Records of blobs or manifests from one digest to another; both must begin with the same digit. */
    public static Query between(ContentKind kind, String firstDigest, String lastDigest, int limit) {
        String first = ContentUnit.fingerprint(kind, firstDigest);
        return Query.ascending(
                partition(kind, HexPartition.first(first)),
                first,
                ContentUnit.fingerprint(kind, lastDigest) + "~",
                limit);
    }

    /** All of a kind in one partition; those of one unit are together. */
    public static Query all(ContentKind kind, HexPartition partition, int limit) {
        return Query.ascending(partition(kind, partition), "0", "~", limit);
    }

    private static Query beginning(ContentKind kind, String prefix, int limit) {
        return Query.ascending(partition(kind, HexPartition.first(prefix)), prefix, prefix + "~", limit);
    }

    private static String partition(ContentKind kind, HexPartition partition) {
        return kind.name().toLowerCase(Locale.ROOT) + "-" + partition;
    }
}
