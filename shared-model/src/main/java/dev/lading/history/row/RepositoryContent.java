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
 * That a repository has rows of a content unit, or is just getting or losing them: there is no row without it. It gives
 * the unit its id, tells where the unit can be had from, and keeps the bytes of a blob.
 *
 * <p>Two repositories that get the same new content in the same moment may each give it an id. Both find it; the lower
 * one is the one that is told.
 *
 * @param touched when it was last put here
 * @param revision random, so that it can be put without being read, and is still noticed by who would delete it
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

    /** All that hold what has this name. */
    public static Query named(ContentKind kind, String name, int limit) {
        String fingerprint = ContentUnit.fingerprint(kind, name);
        return beginning(kind, fingerprint + "#" + name + "#", limit);
    }

    /** All whose unit may have this id; few others have the same fingerprint. */
    public static Query identified(ContentKind kind, UUID id, int limit) {
        return beginning(kind, ContentUnit.fingerprint(id) + "#", limit);
    }

    /** All tags on a manifest; few others are among them. */
    public static Query tagsOn(Digest manifest, int limit) {
        return beginning(ContentKind.TAG, ContentUnit.tagsOn(manifest.toString()), limit);
    }

    /** Of blobs or manifests, of which the first digits are equal: those from one digest to another. */
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
