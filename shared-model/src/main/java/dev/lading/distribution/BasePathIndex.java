package dev.lading.distribution;

import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.NameIndex;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.oci.RepositoryName;
import java.util.Optional;
import java.util.stream.Stream;

/** Distributions by their base paths, which are unique, and all base paths in order, for {@code _catalog}. */
public final class BasePathIndex {
    private static final String PARTITION = "all";
    private static final int IN_PAGE = 1_000;
    public static final NameIndex<RepositoryName, Entry> INDEX =
            new NameIndex<>(new Table<>("catalog", Entry.class, entry -> key(entry.basePath())), BasePathIndex::key);

    private BasePathIndex() {}

    /** @param restricted pulling needs to be allowed to */
    public record Entry(RepositoryName basePath, DistributionId id, boolean restricted) {}

    private static Key key(RepositoryName basePath) {
        return new Key(PARTITION, basePath.value());
    }

    static Query all(int limit) {
        return Query.ascending(PARTITION, "0", "~", limit);
    }

    /** The first entry after a base path; empty: the first of all. */
    public static Optional<Entry> next(MetadataStore store, Optional<String> after) {
        return store.stream(INDEX.table(), all(1).after(after)).findFirst();
    }

    /** Base paths that everybody may pull from. Reads all of them. */
    public static Stream<Entry> publicPaths(MetadataStore store) {
        return store.stream(INDEX.table(), all(IN_PAGE)).filter(entry -> !entry.restricted());
    }

    /** Base paths whose first component is {@code namespace}, and that go on after it. */
    public static Query beneath(RepositoryName namespace, int limit) {
        return Query.ascending(PARTITION, namespace + "/", namespace + "/~", limit);
    }
}
