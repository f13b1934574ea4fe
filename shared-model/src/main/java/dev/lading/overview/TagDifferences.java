package dev.lading.overview;

import dev.lading.history.Change;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.Content;
import dev.lading.history.row.RepositoryId;
import dev.lading.history.row.TagEntry;
import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Page;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.EntityUnknown;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Compares the tags of two versions, page by page: up to five reads within one repository, of which {@value #READS} are
 * of many rows, and up to twice {@value #READS} between two. A page of repositories that are alike over more rows than
 * that shows less than it might, and where to go on.
 */
public final class TagDifferences {
    /** Rows in a read: a megabyte of DynamoDB's, which is its limit, too. */
    private static final int ROWS = 5_000;

    private static final int READS = 3;
    private static final int READS_OF_EACH = 2;

    /** Names that are looked up one by one instead. */
    private static final int FEW = 3;

    /** Rows of a name that is looked up, so that most often one read tells both versions' states. */
    private static final int NEWEST = 30;

    private static final int VERSIONS = 1_000;
    private static final int PARTS = 100;

    private final MetadataStore store;

    public TagDifferences(MetadataStore store) {
        this.store = store;
    }

    /** A version of a repository, both of which are there. */
    public record Side(Repository repository, RepositoryVersion version) {
        public RepositoryId id() {
            return repository.id();
        }

        public long number() {
            return version.version();
        }
    }

    /** A tag that two versions show differently; on one side it may be missing. */
    public record Moved(String tag, Optional<Digest> from, Optional<Digest> to) {
        static Stream<Moved> between(String name, Optional<TagEntry> from, Optional<TagEntry> to) {
            Optional<Digest> before = from.flatMap(TagEntry::digest);
            Optional<Digest> after = to.flatMap(TagEntry::digest);
            return before.equals(after) ? Stream.empty() : Stream.of(new Moved(name, before, after));
        }

        public boolean isAdded() {
            return from.isEmpty();
        }

        public boolean isRemoved() {
            return to.isEmpty();
        }
    }

    /** @param next behind which name the next page begins; empty: this is the last */
    public record Compared(List<Moved> tags, Optional<String> next) {}

    /**
     * Both versions, by one read.
     *
     * @throws EntityUnknown if one is not there
     */
    public List<Side> sides(Repository one, long version, Repository other, long otherVersion) {
        List<Key> keys = Stream.of(
                        RepositoryVersion.key(one.id(), version), RepositoryVersion.key(other.id(), otherVersion))
                .distinct()
                .toList();
        List<RepositoryVersion> found = store.getAll(RepositoryVersion.TABLE, keys);
        return List.of(side(found, one, version), side(found, other, otherVersion));
    }

    private static Side side(List<RepositoryVersion> found, Repository repository, long number) {
        return found.stream()
                // Imported versions have records before the head is there.
                .filter(each -> each.version() == number && number <= repository.version())
                .filter(each -> each.repository().equals(repository.id()))
                .findFirst()
                .map(each -> new Side(repository, each))
                .orElseThrow(() -> new EntityUnknown("version", number));
    }

    public RepositoryView view(Side side) {
        return RepositoryView.at(store, side.id(), side.number());
    }

    /**
     * Tags that differ, in the order of their names.
     *
     * @param after any text, behind which they begin
     */
    public Compared compare(Side from, Side to, String after, int limit) {
        return from.id().equals(to.id()) ? within(from, to, after, limit) : across(from, to, after, limit);
    }

    private Compared within(Side from, Side to, String after, int limit) {
        boolean isForward = from.number() <= to.number();
        Optional<NavigableSet<String>> changed = isForward ? changed(from.number(), to) : changed(to.number(), from);
        if (changed.isPresent()) {
            NavigableSet<String> names = changed.get().tailSet(after, false);
            return names.size() <= FEW
                    ? new Compared(
                            names.stream()
                                    .flatMap(name -> lookedUp(name, from, to))
                                    .toList(),
                            Optional.empty())
                    : scanned(from, to, names, after, limit);
        }
        return scanned(from, to, new TreeSet<>(), after, limit);
    }

    /** Names of tags that versions after one changed; empty: they are too many to tell. */
    private Optional<NavigableSet<String>> changed(long older, Side newer) {
        NavigableSet<String> names = new TreeSet<>();
        boolean isInline =
                newer.number() == older + 1 && !newer.version().changes().isEmpty();
        if (isInline) {
            addTags(newer.version().changes(), names);
            return Optional.of(names);
        }
        if (newer.number() == older) {
            return Optional.of(names);
        }
        Page<RepositoryVersion> versions = newer.number() == older + 1
                ? new Page<>(List.of(), Optional.empty())
                : store.query(
                        RepositoryVersion.TABLE,
                        RepositoryVersion.between(newer.id(), older + 1, newer.number(), VERSIONS));
        Page<Change.Part> parts =
                store.query(Change.Part.TABLE, Change.Part.between(newer.id(), older, newer.number(), PARTS));
        versions.records().forEach(version -> addTags(version.changes(), names));
        parts.records().forEach(part -> addTags(part.changes(), names));
        return versions.next().isEmpty() && parts.next().isEmpty() ? Optional.of(names) : Optional.empty();
    }

    private static void addTags(List<Change> changes, NavigableSet<String> names) {
        changes.stream().filter(Timeline::isOfTag).forEach(change -> names.add(change.name()));
    }

    private Stream<Moved> lookedUp(String name, Side from, Side to) {
        long newest = Math.max(from.number(), to.number());
        List<TagEntry> rows = store.query(TagEntry.TABLE, Content.history(from.id(), name, NEWEST, newest))
                .records();
        return Moved.between(name, at(rows, name, from), at(rows, name, to));
    }

    private Optional<TagEntry> at(List<TagEntry> newestFirst, String name, Side side) {
        Optional<TagEntry> found = newestFirst.stream()
                .filter(row -> row.version() <= side.number())
                .findFirst();
        return found.isPresent() || newestFirst.size() < NEWEST
                ? found.filter(Content::present)
                : view(side).row(TagEntry.TABLE, name).map(TagEntry.class::cast).filter(Content::present);
    }

    /** @param names that may differ, two at least; empty: any */
    private Compared scanned(Side from, Side to, NavigableSet<String> names, String after, int limit) {
        String first = names.isEmpty() ? "" : names.first();
        String last = names.isEmpty() ? "" : names.last();
        List<Moved> found = new ArrayList<>();
        Optional<String> next =
                after.isEmpty() || !names.isEmpty() ? Optional.empty() : Optional.of(RowRange.behind(after));
        for (int read = 0; read < READS && found.size() <= limit && (read == 0 || next.isPresent()); read++) {
            RowRange<TagEntry> range = RowRange.read(store, TagEntry.TABLE, from.id(), first, last, next, ROWS);
            Map<String, TagEntry> before = range.shown(TagEntry.TABLE, view(from));
            Map<String, TagEntry> now = range.shown(TagEntry.TABLE, view(to));
            range.rows().keySet().stream()
                    .filter(name -> names.isEmpty() || names.contains(name))
                    .flatMap(name -> Moved.between(
                            name, Optional.ofNullable(before.get(name)), Optional.ofNullable(now.get(name))))
                    .forEach(found::add);
            next = range.next();
        }
        return page(found, next.map(TagDifferences::name), limit);
    }

    private static String name(String sort) {
        return sort.substring(0, sort.lastIndexOf('#'));
    }

    private static Compared page(List<Moved> found, Optional<String> next, int limit) {
        return found.size() <= limit
                ? new Compared(found, next)
                : new Compared(
                        List.copyOf(found.subList(0, limit)),
                        Optional.of(found.get(limit - 1).tag()));
    }

    private Compared across(Side from, Side to, String after, int limit) {
        Shown before = shown(from, after);
        Shown now = shown(to, after);
        Optional<String> end =
                Stream.concat(before.end().stream(), now.end().stream()).min(String::compareTo);
        TreeSet<String> names = new TreeSet<>(before.tags().keySet());
        names.addAll(now.tags().keySet());
        List<Moved> found = (end.isPresent() ? names.headSet(end.get(), true) : names)
                .stream()
                        .flatMap(name -> Moved.between(
                                name,
                                Optional.ofNullable(before.tags().get(name)),
                                Optional.ofNullable(now.tags().get(name))))
                        .limit(limit + 1L)
                        .toList();
        return page(found, end, limit);
    }

    /** @param end the last name that was looked at; empty: the last there is */
    private record Shown(Map<String, TagEntry> tags, Optional<String> end) {}

    private Shown shown(Side side, String after) {
        Map<String, TagEntry> tags = new LinkedHashMap<>();
        Optional<String> next = after.isEmpty() ? Optional.empty() : Optional.of(RowRange.behind(after));
        for (int read = 0; read < READS_OF_EACH && (read == 0 || next.isPresent()); read++) {
            RowRange<TagEntry> range = RowRange.read(store, TagEntry.TABLE, side.id(), "", "", next, ROWS);
            tags.putAll(range.shown(TagEntry.TABLE, view(side)));
            next = range.next();
        }
        return new Shown(tags, next.map(TagDifferences::name));
    }
}
