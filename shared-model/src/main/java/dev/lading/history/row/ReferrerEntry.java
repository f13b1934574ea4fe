package dev.lading.history.row;

import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import java.util.Map;
import java.util.Optional;

/** A manifest with a subject, described as in the referrers API. */
public record ReferrerEntry(
        RepositoryId repository, Digest subject, long version, boolean present, Descriptor descriptor)
        implements Content {
    /**
     * Limit on annotations. A manifest with more is listed without any: an answer of many such entries would be larger
     * than the heap, and a record of one larger than DynamoDB's limit.
     */
    public static final int MAX_ANNOTATION_CHARS = 32 * 1024;

    public static final Table<ReferrerEntry> TABLE =
            new Table<>("referrer", ReferrerEntry.class, r -> Content.key(r.repository(), r.name(), r.version()));

    /** Annotations as the list shows them: all, or none. */
    public static Map<String, String> shown(Map<String, String> annotations) {
        int chars = annotations.entrySet().stream()
                .mapToInt(entry -> entry.getKey().length() + entry.getValue().length())
                .sum();
        return chars > MAX_ANNOTATION_CHARS ? Map.of() : annotations;
    }

    @Override
    public ReferrerEntry copyTo(RepositoryId other, long newVersion) {
        return new ReferrerEntry(other, subject, newVersion, present, descriptor);
    }

    /** No unit, since the row comes and goes with its manifest. */
    @Override
    public Optional<ContentUnit> unit() {
        return Optional.empty();
    }

    @Override
    public ReferrerEntry removedAt(long removal) {
        return new ReferrerEntry(repository, subject, removal, false, descriptor);
    }

    public static String prefix(Digest subject) {
        return subject + "#";
    }

    @Override
    public String name() {
        return prefix(subject) + descriptor.digest();
    }

    @Override
    public Write put() {
        return Write.put(TABLE, this);
    }

    @Override
    public Table<ReferrerEntry> table() {
        return TABLE;
    }
}
