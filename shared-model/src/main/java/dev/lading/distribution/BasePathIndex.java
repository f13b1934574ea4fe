package dev.lading.distribution;

import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.NameIndex;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException;
import dev.lading.oci.RepositoryName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Distributions by their base paths, which are unique, and all base paths in order, for {@code _catalog}. */
public final class BasePathIndex {
    private static final String PARTITION = "all";
    private static final int IN_PAGE = 1_000;
    public static final NameIndex<RepositoryName, Entry> INDEX =
            new NameIndex<>(new Table<>("catalog", Entry.class, entry -> key(entry.basePath())), BasePathIndex::key);

    /** Entries of paths that everybody may pull from, so that they are listed without reading private ones. */
    private static final Table<Entry> PUBLIC = new Table<>("public-path", Entry.class, entry -> key(entry.basePath()));

    private static final Table<Complete> COMPLETE =
            new Table<>("public-paths-complete", Complete.class, each -> new Key(PARTITION, PARTITION));

    private BasePathIndex() {}

    /** Says that all public paths are in their index, which tables of earlier builds did not have. */
    private record Complete(Instant since) {}

    /** @param restricted pulling needs to be allowed to */
    public record Entry(RepositoryName basePath, DistributionId id, boolean restricted) {
        boolean isPublic() {
            return !restricted;
        }
    }

    private static Key key(RepositoryName basePath) {
        return new Key(PARTITION, basePath.value());
    }

    static Query all(int limit) {
        return Query.ascending(PARTITION, "0", "~", limit);
    }

    /** Base paths that begin with a text, in their order. */
    static Query beginning(String prefix, int limit) {
        return Query.beginning(PARTITION, prefix, limit);
    }

    static Stream<Entry> all(MetadataStore store) {
        return store.stream(INDEX.table(), all(IN_PAGE));
    }

    /** The first entry after a base path; empty: the first of all. */
    public static Optional<Entry> next(MetadataStore store, Optional<String> after) {
        return store.stream(INDEX.table(), all(1).after(after)).findFirst();
    }

    /** Writes that put a distribution in the indexes, or change what they say of it. */
    public static List<Write> replace(
            MetadataStore store, Optional<Entry> before, Optional<Entry> after, Supplier<RegistryException> taken) {
        List<Write> writes = new ArrayList<>(INDEX.replace(store, before, after, taken));
        Optional<Entry> was = before.filter(Entry::isPublic);
        Optional<Entry> is = after.filter(Entry::isPublic);
        if (!was.map(Entry::basePath).equals(is.map(Entry::basePath))) {
            was.map(BasePathIndex::forgetting).ifPresent(writes::add);
        }
        if (!was.equals(is)) {
            is.map(BasePathIndex::index).ifPresent(writes::add);
        }
        return writes;
    }

    /** Writes that put a new distribution in the indexes; the transaction does nothing if somebody has its path. */
    public static List<Write> claim(Entry entry) {
        return entry.isPublic() ? List.of(INDEX.claim(entry), index(entry)) : List.of(INDEX.claim(entry));
    }

    /** Base paths that everybody may pull from. Reads these; in a table of an earlier build all, until indexed. */
    public static Stream<Entry> publicPaths(MetadataStore store) {
        return publicPaths(store, all(IN_PAGE));
    }

    /** @param query of base paths, as of all */
    static Stream<Entry> publicPaths(MetadataStore store, Query query) {
        return isComplete(store)
                ? store.stream(PUBLIC, query)
                : store.stream(INDEX.table(), query).filter(Entry::isPublic);
    }

    /** Whether all public paths are indexed; one read. */
    static boolean isComplete(MetadataStore store) {
        return store.get(COMPLETE, new Key(PARTITION, PARTITION)).isPresent();
    }

    static void complete(MetadataStore store, Instant now) {
        store.write(Write.put(COMPLETE, new Complete(now)));
    }

    static Write forgetting(Entry entry) {
        return Write.delete(PUBLIC, entry);
    }

    /** A write that indexes a public path. */
    static Write index(Entry entry) {
        return Write.put(PUBLIC, entry);
    }

    /** Base paths whose first component is {@code namespace}, and that go on after it. */
    public static Query beneath(RepositoryName namespace, int limit) {
        return Query.ascending(PARTITION, namespace + "/", namespace + "/~", limit);
    }
}
