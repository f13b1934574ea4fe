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

/** A repository as one of its versions shows it. Every look-up is one query. */
public final class RepositoryView {
    /** Rows fetched at once while listing. */
    private static final int SCAN = 1000;

    /** Each of these may have {@link ReferrerEntry#MAX_ANNOTATION_CHARS}. */
    private static final int REFERRER_SCAN = 100;

    /** Of one blob: the pending row, the row asked for, and room for rows of newer versions than this view's. */
    private static final int BLOB_ROWS = 4;

    /** Repositories that hold one unit; all of them know its id. */
    private static final int HOLDERS = 20;

    private final MetadataStore store;
    private final RepositoryId repository;
    private final long version;
    private final long next;
    private final boolean pinned;
    private final boolean restricted;

    /** Rows decided on but not stored yet, of versions up to this one. */
    private final Map<String, Content> staged = new HashMap<>();

    /** Pending rows that are written with those, for {@link #blob} alone; one that is not present ends the waiting. */
    private final Map<String, BlobEntry> stagedPending = new HashMap<>();

    private final Map<String, ContentUnit> stagedUnits = new HashMap<>();

    /** Names the registry never had: there is no tag on such a manifest, either. */
    private final Set<String> firstSeen = new HashSet<>();

    private RepositoryView(
            MetadataStore store, RepositoryId repository, long version, long next, boolean pinned, boolean restricted) {
        this.store = store;
        this.repository = repository;
        this.version = version;
        this.next = next;
        this.pinned = pinned;
        this.restricted = restricted;
    }

    public static RepositoryView of(MetadataStore store, PullPath served) {
        return new RepositoryView(
                store,
                served.repository(),
                served.version(),
                served.version() + 1,
                served.pinned(),
                served.restricted());
    }

    /** The newest version, as the one before the next. */
    public static RepositoryView newest(MetadataStore store, Repository head) {
        return new RepositoryView(store, head.id(), head.version(), head.last() + 1, false, false);
    }

    /** One version, without what waits for a manifest. */
    public static RepositoryView at(MetadataStore store, RepositoryId repository, long version) {
        return new RepositoryView(store, repository, version, version + 1, true, false);
    }

    public RepositoryId repository() {
        return repository;
    }

    public long version() {
        return version;
    }

    /** The number rows of a change must carry. */
    public long nextVersion() {
        return next;
    }

    /** Whether pulling at this name needs to be allowed to. */
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

    /** The unit of a tag's name and digest, or of a manifest's digest; one of its own if the registry never had it. */
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

    /** A blob of this version or, in a view that is not pinned, one that waits for its first manifest. */
    public Optional<HeldBlob> blob(Digest digest) {
        String name = digest.toString();
        long upTo = pinned ? version : Content.PENDING;
        List<BlobEntry> rows = store.query(
                        BlobEntry.TABLE,
                        Query.descending(
                                repository.toString(), Content.sort(name, 0), Content.sort(name, upTo), BLOB_ROWS))
                .records();
        // A pending row that is not present marks a blob that was deleted while it waited.
        Optional<BlobEntry> waiting = Optional.ofNullable(stagedPending.get(name))
                .or(() -> rows.stream()
                        .filter(row -> row.version() == Content.PENDING)
                        .findFirst())
                .filter(Content::present);
        Optional<BlobEntry> held = staged(BlobEntry.TABLE, name)
                .or(() -> rows.stream().filter(row -> row.version() <= version).findFirst())
                .or(() -> rows.size() < BLOB_ROWS ? Optional.empty() : stored(BlobEntry.TABLE, name))
                .filter(Content::present);
        return waiting.or(() -> held).map(entry -> new HeldBlob(entry, held.isPresent()));
    }

    /** @param inVersion the version itself holds it; false: it is pending only */
    public record HeldBlob(BlobEntry entry, boolean inVersion) {}

    /** Whether it is in this version itself. */
    public Optional<BlobEntry> blobInVersion(Digest digest) {
        return asOf(BlobEntry.TABLE, digest.toString());
    }

    /** Whether this version has the unit; a tag only on the same manifest. */
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

    /** Manifests and indexes that name a blob or a manifest. */
    public Stream<Digest> users(Digest content) {
        return usedBy(content).map(ManifestEntry::digest);
    }

    /** Indexes that name a manifest. An image may have its bytes as a layer, which it does not keep. */
    public Stream<Digest> indexesWith(Digest manifest) {
        return usedBy(manifest).filter(user -> user.mediaType().isIndex()).map(ManifestEntry::digest);
    }

    private Stream<ManifestEntry> usedBy(Digest content) {
        requireStored();
        return store.stream(ContentUse.TABLE, ContentUse.of(repository, content, SCAN))
                .flatMap(use -> manifest(use.manifest()).stream());
    }

    /** All this version shows of one kind, in the order of the names, fetched as it is asked for. */
    public <C extends Content> Stream<C> stream(Table<C> table) {
        return Page.all((after, limit) -> {
            Listing<C> part = list(table, "", after, limit);
            Optional<String> last =
                    part.more() ? Optional.of(part.entries().getLast().name()) : Optional.empty();
            return new Page<>(part.entries(), last);
        });
    }

    /** Tags behind {@code last} in byte order. */
    public Listing<TagEntry> tags(Optional<Tag> last, int limit) {
        return tags(last.map(Tag::value).orElse(""), limit);
    }

    /** The same behind any text; none: from the start. */
    public Listing<TagEntry> tags(String last, int limit) {
        return list(TagEntry.TABLE, "", Optional.of(last).filter(text -> !text.isEmpty()), limit);
    }

    /** Manifests behind {@code last} in the order of their digests. */
    public Listing<ManifestEntry> manifests(Optional<Digest> last, int limit) {
        return list(ManifestEntry.TABLE, "", last.map(Digest::toString), limit);
    }

    /** Blobs of this version behind {@code last} in the order of their digests, without those that are pending. */
    public Listing<BlobEntry> blobs(Optional<Digest> last, int limit) {
        return list(BlobEntry.TABLE, "", last.map(Digest::toString), limit);
    }

    /** Manifests that name {@code subject}, behind the referrer {@code last}, in the order of their digests. */
    public Listing<ReferrerEntry> referrers(Digest subject, Optional<Digest> last, int limit) {
        return referrers(subject, last.map(Digest::toString).orElse(""), limit);
    }

    /** The same behind any text; none: from the start. */
    public Listing<ReferrerEntry> referrers(Digest subject, String last, int limit) {
        String prefix = ReferrerEntry.prefix(subject);
        Optional<String> behind = Optional.of(last).filter(text -> !text.isEmpty());
        return list(ReferrerEntry.TABLE, prefix, behind.map(text -> prefix + text), limit, REFERRER_SCAN);
    }

    public Optional<ReferrerEntry> referrer(Digest subject, Digest referrer) {
        return asOf(ReferrerEntry.TABLE, ReferrerEntry.prefix(subject) + referrer);
    }

    /** Part of a listing; {@code more}: there is at least one entry behind the last. */
    public record Listing<C>(List<C> entries, boolean more) {}

    /**
     * For a decision that asks the store itself: what other commits have decided but not stored is not there. Makes it run
     * again once it is.
     */
    public void requireStored() {
        if (!staged.isEmpty()) {
            throw new NotStoredYet();
        }
    }

    /** To be decided again in front of the next transaction. */
    public static final class NotStoredYet extends RuntimeException {
        private NotStoredYet() {
            super(null, null, false, false);
        }
    }

    /** This view with a change laid over it: as the next version, if there are rows of that. */
    public RepositoryView after(Changes changes) {
        boolean grows = !changes.rows().isEmpty();
        var after = new RepositoryView(
                store, repository, grows ? next : version, grows ? next + 1 : next, pinned, restricted);
        after.staged.putAll(staged);
        after.stagedPending.putAll(stagedPending);
        after.stagedUnits.putAll(stagedUnits);
        for (Content row : changes.rows()) {
            // One that goes was stored: its holder tells, as for whoever comes when it is gone.
            row.unit()
                    .filter(unit -> row.present())
                    .ifPresent(unit -> after.stagedUnits.put(unit.kind() + "#" + unit.name(), unit));
            after.staged.put(stagedKey(row.table(), row.name()), row);
        }
        changes.pending().forEach(row -> after.stagedPending.put(row.name(), row));
        return after;
    }

    /** The row that decides what this version shows of a name, which may be that it shows nothing. */
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
     * Walks names in order and takes of each the row this version shows. A name with a long history costs one look-up
     * more, not its history.
     */
    private <C extends Content> Listing<C> list(Table<C> table, String prefix, Optional<String> last, int limit) {
        return list(table, prefix, last, limit, SCAN);
    }

    /** @param scan rows read at once */
    private <C extends Content> Listing<C> list(
            Table<C> table, String prefix, Optional<String> last, int limit, int scan) {
        requireStored();
        Query all = Query.ascending(repository.toString(), prefix.isEmpty() ? " " : prefix, prefix + "~", scan)
                .after(last.map(name -> Content.sort(name, Content.PENDING)));
        List<C> found = Page.records(after -> shown(table, store.query(table, all.after(after))))
                .limit(limit + 1L)
                .toList();
        boolean more = found.size() > limit;
        return new Listing<>(more ? List.copyOf(found.subList(0, limit)) : found, more);
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
