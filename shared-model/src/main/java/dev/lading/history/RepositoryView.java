package dev.lading.history;

import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.ContentUse;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.ReferrerEntry;
import dev.lading.history.row.RepositoryContent;
import dev.lading.history.row.RepositoryId;
import dev.lading.history.row.TagEntry;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Page;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The content of one version of a repository. Every look-up is one query. */
public final class RepositoryView {
    /** Rows fetched at once while listing. */
    private static final int SCAN = 1000;

    /** Referrer rows fetched at once; each may have {@link ReferrerEntry#MAX_ANNOTATION_CHARS}. */
    private static final int REFERRER_SCAN = 100;

    /** Rows fetched for one blob: the pending row, the row asked for, and room for rows of newer versions than this view's. */
    private static final int BLOB_ROWS = 4;

    /** Records of one unit fetched to find its id, which all of them have. */
    private static final int HOLDERS = 20;

    private final MetadataStore store;
    private final RepositoryId repository;
    private final long version;
    private final long next;

    /** Whether {@link #blob} finds pending blobs, too; false where one version is shown, as at a pinned name. */
    private final boolean seesPending;

    private final boolean restricted;

    /** Rows of versions up to this one that are drafted and not stored yet. */
    private final Map<String, Content> staged = new HashMap<>();

    /** Pending rows drafted with those, for {@link #blob} alone; one that is not present ends the pending state. */
    private final Map<String, BlobEntry> stagedPending = new HashMap<>();

    private final Map<String, ContentUnit> stagedUnits = new HashMap<>();

    /** Digests of manifests that are new to the registry, so that no tag can be on them. */
    private final Set<String> firstSeen = new HashSet<>();

    private RepositoryView(
            MetadataStore store,
            RepositoryId repository,
            long version,
            long next,
            boolean seesPending,
            boolean restricted) {
        this.store = store;
        this.repository = repository;
        this.version = version;
        this.next = next;
        this.seesPending = seesPending;
        this.restricted = restricted;
    }

    public static RepositoryView of(MetadataStore store, PullPath served) {
        return new RepositoryView(
                store,
                served.repository(),
                served.version(),
                served.version() + 1,
                !served.pinned(),
                served.restricted());
    }

    /** The newest version, as the base of the next one. */
    public static RepositoryView newest(MetadataStore store, Repository head) {
        return new RepositoryView(store, head.id(), head.version(), head.last() + 1, true, false);
    }

    /** A version that may not be seen yet, as the base of one with a given number. */
    public static RepositoryView before(MetadataStore store, RepositoryId repository, long version, long nextVersion) {
        return new RepositoryView(store, repository, version, nextVersion, false, false);
    }

    /** One version, without pending blobs. */
    public static RepositoryView at(MetadataStore store, RepositoryId repository, long version) {
        return new RepositoryView(store, repository, version, version + 1, false, false);
    }

    public RepositoryId repository() {
        return repository;
    }

    public long version() {
        return version;
    }

    /** The version number that rows of a change must carry. */
    public long nextVersion() {
        return next;
    }

    /** Whether one version is shown, whatever comes after it. */
    public boolean isPinned() {
        return !seesPending;
    }

    /** Whether pulling at this name needs permission. */
    public boolean isRestricted() {
        return restricted;
    }

    public Optional<Digest> tag(Tag tag) {
        return tagEntry(tag).flatMap(TagEntry::digest);
    }

    public Optional<TagEntry> tagEntry(Tag tag) {
        return asOf(TagEntry.TABLE, tag.value());
    }

    public Optional<ManifestEntry> manifest(Digest digest) {
        return asOf(ManifestEntry.TABLE, digest.toString());
    }

    /** The unit of a tag's name and digest, or of a manifest's digest; a new one if the registry never had it. */
    public ContentUnit unitOf(ContentKind kind, String name, Instant now) {
        ContentUnit known = stagedUnits.get(kind + "#" + name);
        if (known != null) {
            return known;
        }
        if (kind == ContentKind.TAG && firstSeen.contains(name.substring(name.indexOf('@') + 1))) {
            return ContentUnit.firstSeen(kind, name, now);
        }
        return store.query(RepositoryContent.TABLE, RepositoryContent.named(kind, name, HOLDERS)).records().stream()
                .map(RepositoryContent::unit)
                .min(Comparator.comparing(ContentUnit::id))
                .orElseGet(() -> {
                    firstSeen.add(name);
                    return ContentUnit.firstSeen(kind, name, now);
                });
    }

    /** A blob of this version or, in a view that sees pending blobs, a pending one. */
    public Optional<HeldBlob> blob(Digest digest) {
        String name = digest.toString();
        long upTo = seesPending ? Content.PENDING : version;
        List<BlobEntry> rows = store.query(
                        BlobEntry.TABLE,
                        Query.descending(
                                repository.toString(), Content.sort(name, 0), Content.sort(name, upTo), BLOB_ROWS))
                .records();
        // A pending row that is not present marks a blob that was deleted while it was pending.
        Optional<BlobEntry> waiting = Optional.ofNullable(stagedPending.get(name))
                .or(() -> rows.stream()
                        .filter(row -> row.version() == Content.PENDING)
                        .findFirst())
                .filter(Content::present);
        Optional<BlobEntry> held = staged(BlobEntry.TABLE, name)
                .or(() -> rows.stream().filter(row -> row.version() <= version).findFirst())
                .or(() -> rows.size() < BLOB_ROWS ? Optional.empty() : stored(BlobEntry.TABLE, name))
                .filter(Content::present);
        return waiting.filter(BlobEntry::isHeld)
                .or(() -> held)
                .or(() -> waiting)
                .map(entry -> new HeldBlob(entry, held));
    }

    /**
     * @param entry the row to read by
     * @param row of the version itself; empty: it is pending only
     */
    public record HeldBlob(BlobEntry entry, Optional<BlobEntry> row) {
        public boolean inVersion() {
            return row.isPresent();
        }

        /** Whether the version lists the blob, and bytes of it wait beside it. */
        public boolean fillsVersion() {
            return entry.isHeld() && row.filter(listed -> !listed.isHeld()).isPresent();
        }
    }

    /** The blob, if this version itself holds it. */
    public Optional<BlobEntry> blobInVersion(Digest digest) {
        return asOf(BlobEntry.TABLE, digest.toString());
    }

    /** Whether this version has the unit; a tag must be on the same manifest. */
    public boolean holds(ContentUnit unit) {
        return switch (unit.kind()) {
            case TAG -> tag(unit.tag()).equals(Optional.of(unit.digest()));
            case MANIFEST -> manifest(unit.digest()).isPresent();
            case BLOB -> blobInVersion(unit.digest()).isPresent();
        };
    }

    /** Tags that are on a manifest. */
    public Stream<TagEntry> tagsOn(Digest manifest) {
        requireStored();
        return store.stream(RepositoryContent.TABLE, RepositoryContent.tagsOn(manifest, SCAN))
                .filter(holder -> holder.repository().equals(repository)
                        && holder.unit().digest().equals(manifest))
                .flatMap(holder -> tagEntry(holder.unit().tag()).stream())
                .filter(entry -> entry.digest().equals(Optional.of(manifest)));
    }

    /** Manifests and indexes that refer to a blob or a manifest. */
    public Stream<Digest> users(Digest content) {
        return usedBy(content).map(ManifestEntry::digest);
    }

    /** Indexes that refer to a manifest. An image may have the manifest's bytes as a layer; that is not counted. */
    public Stream<Digest> indexesWith(Digest manifest) {
        return usedBy(manifest).filter(user -> user.mediaType().isIndex()).map(ManifestEntry::digest);
    }

    /**
     * Some of the manifests and indexes that refer to a blob or a manifest, by one read more than there are.
     *
     * @param most how many are looked at; those that are not in this version count, too
     */
    public List<ManifestEntry> someUsers(Digest content, int most) {
        requireStored();
        return store.query(ContentUse.TABLE, ContentUse.of(repository, content, most)).records().stream()
                .flatMap(use -> manifest(use.manifest()).stream())
                .toList();
    }

    private Stream<ManifestEntry> usedBy(Digest content) {
        requireStored();
        return store.stream(ContentUse.TABLE, ContentUse.of(repository, content, SCAN))
                .flatMap(use -> manifest(use.manifest()).stream());
    }

    /** All entries of one kind in this version, by name, fetched lazily. */
    public <C extends Content> Stream<C> stream(Table<C> table) {
        return stream(table, Optional.empty());
    }

    /** @param behind the name after which to begin; empty: with the first */
    public <C extends Content> Stream<C> stream(Table<C> table, Optional<String> behind) {
        return rows(table, "", behind, SCAN);
    }

    /** Tags after {@code last} in byte order. */
    public Listing<TagEntry> tags(Optional<Tag> last, int limit) {
        return tags(last.map(Tag::value).orElse(""), limit);
    }

    /** Tags after any text in byte order; empty: from the start. */
    public Listing<TagEntry> tags(String last, int limit) {
        return list(TagEntry.TABLE, "", Optional.of(last).filter(text -> !text.isEmpty()), limit);
    }

    /** Tags that begin with a text, in byte order. */
    public Listing<TagEntry> tagsWith(String prefix, int limit) {
        return list(TagEntry.TABLE, prefix, Optional.empty(), limit, Math.min(SCAN, 2 * limit));
    }

    /** Manifests after {@code last} in the order of their digests. */
    public Listing<ManifestEntry> manifests(Optional<Digest> last, int limit) {
        return list(ManifestEntry.TABLE, "", last.map(Digest::toString), limit);
    }

    /** Blobs of this version after {@code last} in the order of their digests, without pending ones. */
    public Listing<BlobEntry> blobs(Optional<Digest> last, int limit) {
        return list(BlobEntry.TABLE, "", last.map(Digest::toString), limit);
    }

    /** Manifests whose subject is {@code subject}, after the referrer {@code last}, in the order of their digests. */
    public Listing<ReferrerEntry> referrers(Digest subject, Optional<Digest> last, int limit) {
        return referrers(subject, last.map(Digest::toString).orElse(""), limit);
    }

    /** Referrers after any text; empty: from the start. */
    public Listing<ReferrerEntry> referrers(Digest subject, String last, int limit) {
        String prefix = ReferrerEntry.prefix(subject);
        Optional<String> behind = Optional.of(last).filter(text -> !text.isEmpty());
        return list(ReferrerEntry.TABLE, prefix, behind.map(text -> prefix + text), limit, REFERRER_SCAN);
    }

    public Optional<ReferrerEntry> referrer(Digest subject, Digest referrer) {
        return asOf(ReferrerEntry.TABLE, ReferrerEntry.prefix(subject) + referrer);
    }

    /** A page of a listing; {@code more}: there is at least one entry after the last. */
    public record Listing<C>(List<C> entries, boolean more) {}

    /**
     * Requires that all drafted versions are stored, for a decision that reads the store itself; otherwise it is run
     * again once they are.
     */
    public void requireStored() {
        if (!staged.isEmpty()) {
            throw new NotStoredYet();
        }
    }

    /** Signals that the decision must be run again before the next transaction. */
    public static final class NotStoredYet extends RuntimeException {
        private NotStoredYet() {
            super(null, null, false, false);
        }
    }

    /** This view with a change applied; it is the next version's if the change has rows. */
    public RepositoryView after(Changes changes) {
        boolean grows = !changes.rows().isEmpty();
        var after = new RepositoryView(
                store, repository, grows ? next : version, grows ? next + 1 : next, seesPending, restricted);
        after.staged.putAll(staged);
        after.stagedPending.putAll(stagedPending);
        after.stagedUnits.putAll(stagedUnits);
        for (Content row : changes.rows()) {
            // The stored record of a removed unit still gives its id, as it does after the removal.
            row.unit()
                    .filter(unit -> row.present())
                    .ifPresent(unit -> after.stagedUnits.put(unit.kind() + "#" + unit.name(), unit));
            after.staged.put(stagedKey(row.table(), row.name()), row);
        }
        changes.pending().forEach(row -> after.stagedPending.put(row.name(), row));
        return after;
    }

    /** The row that decides what this version shows of a name; it may be one of removal. */
    public Optional<Content> row(Table<? extends Content> table, String name) {
        return latest(table, name).map(row -> row);
    }

    private <C extends Content> Optional<C> asOf(Table<C> table, String name) {
        return latest(table, name).filter(Content::present);
    }

    private <C extends Content> Optional<C> latest(Table<C> table, String name) {
        return staged(table, name).or(() -> stored(table, name));
    }

    private <C extends Content> Optional<C> staged(Table<C> table, String name) {
        return Optional.ofNullable(staged.get(stagedKey(table, name)))
                .map(row -> table.type().cast(row));
    }

    private <C extends Content> Optional<C> stored(Table<C> table, String name) {
        Query query = Query.descending(repository.toString(), Content.sort(name, 0), Content.sort(name, version), 1);
        return store.query(table, query).records().stream().findFirst();
    }

    /**
     * Lists the row of each name that this version shows, in order. A name with a long history costs one more look-up,
     * not its history.
     */
    private <C extends Content> Listing<C> list(Table<C> table, String prefix, Optional<String> last, int limit) {
        return list(table, prefix, last, limit, SCAN);
    }

    /** @param scan rows read at once */
    private <C extends Content> Listing<C> list(
            Table<C> table, String prefix, Optional<String> last, int limit, int scan) {
        List<C> found = rows(table, prefix, last, scan).limit(limit + 1L).toList();
        boolean more = found.size() > limit;
        return new Listing<>(more ? List.copyOf(found.subList(0, limit)) : found, more);
    }

    private <C extends Content> Stream<C> rows(Table<C> table, String prefix, Optional<String> last, int scan) {
        requireStored();
        Query all = Query.ascending(repository.toString(), prefix.isEmpty() ? " " : prefix, prefix + "~", scan)
                .after(last.map(name -> Content.sort(name, Content.PENDING)));
        return Page.records(after -> shown(table, store.query(table, all.after(after))));
    }

    /** What this version shows of a page of rows; the next page begins behind the last name of this one. */
    private <C extends Content> Page<C> shown(Table<C> table, Page<C> rows) {
        Map<String, C> shown = new LinkedHashMap<>();
        for (C row : rows.records()) {
            if (row.version() <= version) {
                shown.put(row.name(), row);
            }
        }
        Optional<String> next = rows.next();
        if (next.isPresent() && !rows.records().isEmpty()) {
            String last = rows.records().getLast().name();
            shown.remove(last);
            asOf(table, last).ifPresent(newest -> shown.put(last, newest));
            next = Optional.of(Content.sort(last, Content.PENDING));
        }
        return new Page<>(shown.values().stream().filter(Content::present).toList(), next);
    }

    private static String stagedKey(Table<?> table, String name) {
        return table.name() + "#" + name;
    }
}
