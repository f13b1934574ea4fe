package dev.lading.content;

import dev.lading.blob.BlobRecord;
import dev.lading.history.Difference;
import dev.lading.history.NewestFirst;
import dev.lading.history.NewestUnits;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryKind;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentCounts;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryContent;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.HexPartition;
import dev.lading.metadata.Key;
import dev.lading.metadata.Lazily;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Table;
import dev.lading.oci.Digest;
import dev.lading.repository.VersionService;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tags, manifests and blobs in all repositories, by id, by name, and by version. */
public final class ContentService {
    private static final int HOLDERS = 100;
    private static final int ROWS = 10;
    private static final int NAMES = 1_000;

    /** Rows that are read as they are, rather than the log: it takes one read. */
    private static final int LARGE = 1000;

    private final MetadataStore store;
    private final VersionService versions;

    public ContentService(MetadataStore store, VersionService versions) {
        this.store = store;
        this.versions = versions;
    }

    public Optional<ContentUnit> find(ContentKind kind, UUID id) {
        return store.stream(RepositoryContent.TABLE, RepositoryContent.identified(kind, id, HOLDERS))
                .map(RepositoryContent::unit)
                .filter(unit -> unit.id().equals(id))
                .findFirst();
    }

    /** @param name a digest, or for a tag {@link ContentUnit#tagName} */
    public Optional<ContentUnit> find(ContentKind kind, String name) {
        return store.stream(RepositoryContent.TABLE, RepositoryContent.named(kind, name, HOLDERS))
                .map(RepositoryContent::unit)
                .min(Comparator.comparing(ContentUnit::id));
    }

    /** Tags on a manifest in any repository. */
    public Stream<ContentUnit> tagsOn(Digest manifest) {
        return units(store.stream(RepositoryContent.TABLE, RepositoryContent.tagsOn(manifest, HOLDERS)))
                .filter(unit -> unit.digest().equals(manifest));
    }

    /** All units of a kind in any repository but those of files, each once, in no particular order. */
    public Stream<ContentUnit> all(ContentKind kind) {
        Set<RepositoryId> files = store.stream(Repository.NAMES.table(), Repository.allNames(NAMES))
                .filter(named -> named.kind() == RepositoryKind.FILE)
                .map(named -> new RepositoryId(named.id()))
                .collect(Collectors.toUnmodifiableSet());
        return Lazily.inTurn(HexPartition.ALL.stream()
                .<Supplier<Stream<ContentUnit>>>map(partition -> () ->
                        units(store.stream(RepositoryContent.TABLE, RepositoryContent.all(kind, partition, HOLDERS))
                                .filter(holder -> !files.contains(holder.repository()))))
                .toList());
    }

    /** Distinct units of records; those of one unit are together. */
    private static Stream<ContentUnit> units(Stream<RepositoryContent> holders) {
        String[] last = {""};
        return holders.map(RepositoryContent::unit).filter(unit -> {
            boolean first = !unit.name().equals(last[0]);
            last[0] = unit.name();
            return first;
        });
    }

    /** Repositories that have the unit in some version, or had it until lately. */
    public Stream<RepositoryId> repositories(ContentUnit unit) {
        return repositories(unit.kind(), unit.name());
    }

    /** @param name a tag's name, or a digest */
    public Stream<RepositoryId> repositories(ContentKind kind, String name) {
        return store.stream(RepositoryContent.TABLE, RepositoryContent.named(kind, name, HOLDERS))
                .map(RepositoryContent::repository);
    }

    /** A manifest from any repository that has it; empty: none does any more. */
    public Optional<ManifestEntry> manifest(Digest digest) {
        return store.stream(
                        RepositoryContent.TABLE,
                        RepositoryContent.named(ContentKind.MANIFEST, digest.toString(), HOLDERS))
                .flatMap(holder -> rows(ManifestEntry.TABLE, holder.repository(), digest.toString()))
                .findFirst();
    }

    /**
     * What became of a manifest in a repository: its {@value #ROWS} newest rows, removals too, the newest first, by one
     * read. Rows of versions that are being made may be among them.
     */
    public List<ManifestEntry> history(RepositoryId repository, Digest manifest) {
        return store.query(ManifestEntry.TABLE, Content.history(repository, manifest.toString(), ROWS))
                .records();
    }

    /** Those of up to {@link MetadataStore#MAX_GETS} manifests that some version of a repository has; one read. */
    public Set<Digest> held(RepositoryId repository, List<Digest> manifests) {
        List<Key> keys = manifests.stream()
                .distinct()
                .map(digest -> RepositoryContent.key(ContentKind.MANIFEST, digest.toString(), repository))
                .toList();
        return store.getAll(RepositoryContent.TABLE, keys).stream()
                .map(holder -> holder.unit().digest())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** A blob's bytes from any repository that has it. */
    public Optional<BlobRecord> blob(Digest digest) {
        return store.get(BlobRecord.TABLE, BlobRecord.key(digest));
    }

    /**
     * A row of a blob, one that holds the bytes if there is one.
     *
     * @param readable repositories whose rows count
     */
    public Optional<BlobEntry> blobRow(Digest digest, Predicate<RepositoryId> readable) {
        Optional<BlobEntry> listed = Optional.empty();
        for (Iterator<BlobEntry> rows = blobRows(digest, readable).iterator(); rows.hasNext(); ) {
            BlobEntry row = rows.next();
            if (row.isHeld()) {
                return Optional.of(row);
            }
            listed = listed.or(() -> Optional.of(row));
        }
        return listed;
    }

    /** Whether some version of a repository holds content; listing a blob is not enough, since anybody can. */
    public boolean holds(RepositoryId repository, ContentKind kind, String name) {
        return switch (kind) {
            case TAG, MANIFEST -> true;
            case BLOB -> rows(BlobEntry.TABLE, repository, name).anyMatch(BlobEntry::isHeld);
        };
    }

    private Stream<BlobEntry> blobRows(Digest digest, Predicate<RepositoryId> readable) {
        return repositories(ContentKind.BLOB, digest.toString())
                .filter(readable)
                .flatMap(repository -> rows(BlobEntry.TABLE, repository, digest.toString()));
    }

    /** A version of a readable repository that holds a manifest. */
    public Optional<RepositoryVersion> versionWith(Digest manifest, Predicate<RepositoryId> readable) {
        return repositories(ContentKind.MANIFEST, manifest.toString())
                .filter(readable)
                .flatMap(repository -> rows(ManifestEntry.TABLE, repository, manifest.toString()))
                .flatMap(row -> versions.firstFrom(row.repository(), row.version()).stream()
                        .filter(version -> versions.row(row.repository(), version.version(), row)
                                .filter(row::equals)
                                .isPresent()))
                .findFirst();
    }

    /** Rows that are no removals, newest first. */
    private <C extends Content> Stream<C> rows(Table<C> table, RepositoryId repository, String name) {
        return store.stream(table, Content.history(repository, name, ROWS)).filter(Content::present);
    }

    /** A version's content of one kind, by name. */
    public Stream<Content> in(RepositoryId repository, long version, ContentKind kind) {
        return versions.view(repository, version).stream(kind.table()).map(row -> row);
    }

    /** How much of some kinds a version holds. */
    public long count(RepositoryId repository, long version, Collection<ContentKind> kinds) {
        return count(versions.get(repository, version).present(), kinds);
    }

    private static long count(ContentCounts counts, Collection<ContentKind> kinds) {
        return kinds.stream().mapToLong(counts::of).sum();
    }

    /**
     * Some of a version's content, and how much there is.
     *
     * @param first in the order of units' ids, the newest first
     */
    public record Newest(List<Content> first, long count) {}

    /**
     * The newest content of a version.
     *
     * @param limit how many, at most
     * @return empty: to read all of it costs less, or the log does not tell
     */
    public Optional<Newest> newestIn(RepositoryId repository, long version, Collection<ContentKind> kinds, long limit) {
        return newest(repository, version, 0, count(repository, version, kinds), kinds, limit);
    }

    /** The newest content that a version added to the one before, as {@link #newestIn}. */
    public Optional<Newest> newestAdded(
            RepositoryId repository, long version, Collection<ContentKind> kinds, long limit) {
        // What was added to one that was deleted is counted again later.
        return versions.find(repository, version - 1).flatMap(before -> {
            long count = count(versions.get(repository, version).added(), kinds);
            return newest(repository, version, before.version(), count, kinds, limit);
        });
    }

    private Optional<Newest> newest(
            RepositoryId repository, long version, long after, long count, Collection<ContentKind> kinds, long limit) {
        if (count < LARGE || limit > NewestUnits.MOST) {
            return Optional.empty();
        }
        Set<String> tables = kinds.stream().map(kind -> kind.table().name()).collect(Collectors.toUnmodifiableSet());
        return new NewestFirst(store, RepositoryView.at(store, repository, version), after, tables)
                .first((int) limit)
                .map(first -> new Newest(first, count));
    }

    /** A version's content with these names, which are tags, or digests. */
    public Stream<Content> in(RepositoryId repository, long version, ContentKind kind, List<String> names) {
        var view = versions.view(repository, version);
        return names.stream()
                .flatMap(name -> view.row(kind.table(), name).stream())
                .filter(Content::present);
    }

    /** Content that a version added to the one before. */
    public Stream<Content> added(RepositoryId repository, long version, ContentKind kind) {
        return changes(repository, version, kind).flatMap(difference -> difference.added().stream());
    }

    /** Content that a version removed from the one before. */
    public Stream<Content> removed(RepositoryId repository, long version, ContentKind kind) {
        return changes(repository, version, kind).flatMap(difference -> difference.removed().stream());
    }

    private Stream<Difference> changes(RepositoryId repository, long version, ContentKind kind) {
        return versions.changes(repository, version)
                .filter(difference -> difference.table().equals(kind.table()));
    }
}
