package dev.lading.history.row;

import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import java.util.Map;
import java.util.Optional;

/** A manifest that names another as its subject, as the referrers API describes it. */
public record ReferrerEntry(
        RepositoryId repository, Digest subject, long version, boolean present, Descriptor descriptor)
        implements Content {
    /**
     * Of a manifest with more annotations than this the list shows none; the manifest has them. An answer of many such entries
     * would be larger than the heap, and a record of one than what DynamoDB takes.
     */
    public static final int MAX_ANNOTATION_CHARS = 32 * 1024;

    public static final Table<ReferrerEntry> TABLE =
            new Table<>("referrer", ReferrerEntry.class, r -> Content.key(r.repository(), r.name(), r.version()));

    /** Annotations as the list shows them. */
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

    /** None of its own: it comes and goes with its manifest. */
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
