package dev.lading.overview;

import dev.lading.history.Change;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.Content;
import dev.lading.history.row.TagEntry;
import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Page;
import dev.lading.oci.Tag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The tags of a version, those that were set last before the others. The change log is walked back from the version: the
 * first change of a name that it meets made the row that is shown. Each page walks anew, by one read of versions, by one
 * of log parts where it comes to a version whose record has no log, and by one of the rows.
 */
final class NewestTags {
    /** How far the walk goes back, or a megabyte of DynamoDB's. */
    private static final int VERSIONS = 1_000;

    private static final int PARTS = 200;

    private final MetadataStore store;
    private final RepositoryView view;
    private final String prefix;
    private final Optional<Place> after;
    private final int limit;

    /** Names of tags that were met, and whether the view shows them. */
    private final Map<String, Boolean> met = new HashMap<>();

    private final List<Place> places = new ArrayList<>();
    private @Nullable Parts parts;
    private long oldest;

    private NewestTags(MetadataStore store, RepositoryView view, String prefix, String after, int limit) {
        this.store = store;
        this.view = view;
        this.prefix = prefix;
        this.after = Place.parse(after);
        this.limit = limit;
        this.oldest = view.version();
    }

    /**
     * Where a tag is in this order.
     *
     * @param version that set it last
     */
    private record Place(long version, String name) {
        private static final Pattern TEXT = Pattern.compile("([0-9]{1,10})/(.+)");

        /** What a client sent back as {@link Found#next}; empty: it is no place. */
        static Optional<Place> parse(String text) {
            Matcher parts = TEXT.matcher(text);
            return parts.matches() && Tag.isValid(parts.group(2))
                    ? Optional.of(new Place(Long.parseLong(parts.group(1)), parts.group(2)))
                    : Optional.empty();
        }

        boolean isBehind(Place other) {
            return version < other.version || (version == other.version && name.compareTo(other.name) > 0);
        }

        @Override
        public String toString() {
            return version + "/" + name;
        }
    }

    /**
     * A page.
     *
     * @param next behind which place the next page begins; empty: this is the last
     * @param oldest where the walk ended, if tags that this version or earlier ones set may be missing
     * @param known names of tags that the walk met, if it read log parts
     */
    record Found(List<TagEntry> tags, Optional<String> next, OptionalLong oldest, Optional<Known> known) {}

    /** @param whole whether there are no others */
    record Known(Set<String> names, boolean whole) {}

    /**
     * @param after {@link Found#next} of the page before; anything else: the first page
     * @param limit at most {@link MetadataStore#MAX_GETS}
     */
    static Found find(MetadataStore store, RepositoryView view, String prefix, String after, int limit) {
        return new NewestTags(store, view, prefix, after, limit).find();
    }

    private Found find() {
        Page<RepositoryVersion> kept = store.query(
                RepositoryVersion.TABLE, RepositoryVersion.newestFirst(view.repository(), 0, view.version(), VERSIONS));
        boolean whole = walk(kept) || shown().size() == present(kept.records());
        boolean more = places.size() > limit;
        List<Place> page = more ? places.subList(0, limit) : places;
        List<Key> keys = page.stream()
                .map(place -> Content.key(view.repository(), place.name(), place.version()))
                .toList();
        return new Found(
                keys.isEmpty()
                        ? List.of()
                        : store.getAll(TagEntry.TABLE, keys).stream()
                                .filter(Content::present)
                                .toList(),
                more ? Optional.of(page.getLast().toString()) : Optional.empty(),
                more || whole ? OptionalLong.empty() : OptionalLong.of(oldest),
                parts == null ? Optional.empty() : Optional.of(new Known(shown(), whole)));
    }

    private Set<String> shown() {
        return met.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** How many tags the view shows; less than none, if its version was deleted. */
    private long present(List<RepositoryVersion> newestFirst) {
        return newestFirst.stream()
                .limit(1)
                .filter(version -> version.version() == view.version())
                .mapToLong(version -> version.present().tags())
                .findFirst()
                .orElse(-1);
    }

    /** Whether the log was met from its end to its beginning. */
    private boolean walk(Page<RepositoryVersion> kept) {
        long above = view.version() + 1;
        for (RepositoryVersion version : kept.records()) {
            long number = version.version();
            boolean isNext = number == above - 1 || addDeleted(number, above, kept);
            if (!isNext || !add(version, kept)) {
                return false;
            }
            above = number;
            // Once log parts are read, going on costs no read, and saves the one of signature tags.
            if (places.size() > limit && parts == null) {
                return false;
            }
        }
        // The log before the oldest version that is kept may be gone.
        return kept.next().isEmpty() && above == 0;
    }

    private boolean add(RepositoryVersion version, Page<RepositoryVersion> kept) {
        long number = version.version();
        oldest = number;
        if (!version.changes().isEmpty() || number == 0) {
            add(number, version.changes());
            return true;
        }
        Parts log = parts(number, kept);
        add(number, log.of(number));
        return log.tells(number);
    }

    /** Adds what versions between two changed that are not kept. */
    private boolean addDeleted(long from, long to, Page<RepositoryVersion> kept) {
        Parts log = parts(to - 1, kept);
        for (long number : log.between(from, to)) {
            oldest = number;
            add(number, log.of(number));
            if (!log.tells(number)) {
                return false;
            }
        }
        return log.tells(from + 1);
    }

    private void add(long version, List<Change> changes) {
        changes.stream()
                .filter(Timeline::isOfTag)
                .sorted(Comparator.comparing(Change::name))
                .filter(change -> met.putIfAbsent(change.name(), change.present()) == null)
                .filter(change -> change.present() && change.name().startsWith(prefix))
                .map(change -> new Place(version, change.name()))
                .filter(place -> after.isEmpty() || place.isBehind(after.get()))
                .forEach(places::add);
    }

    private Parts parts(long newest, Page<RepositoryVersion> kept) {
        if (parts == null) {
            long last = kept.records().getLast().version();
            parts = Parts.of(store.query(
                    Change.Part.TABLE, Change.Part.newestFirst(view.repository(), last - 1, newest, PARTS)));
        }
        return parts;
    }

    /**
     * What log parts tell.
     *
     * @param end the oldest version of which not all was read; less than none: there is none such
     */
    private record Parts(NavigableMap<Long, List<Change>> byVersion, long end) {
        static Parts of(Page<Change.Part> read) {
            Map<Long, List<Change.Part>> parts =
                    read.records().stream().collect(Collectors.groupingBy(Change.Part::version));
            long end = read.next().isEmpty() ? -1 : read.records().getLast().version();
            NavigableMap<Long, List<Change>> byVersion = new TreeMap<>();
            parts.forEach((version, of) -> byVersion.put(version, version == end ? newest(of) : all(of)));
            return new Parts(byVersion, end);
        }

        private static List<Change> all(List<Change.Part> parts) {
            return parts.stream().flatMap(part -> part.changes().stream()).toList();
        }

        /** What a version names as its newest, of whose log only the end was read; if it names none, what was read. */
        private static List<Change> newest(List<Change.Part> parts) {
            List<Change> newest = parts.stream()
                    .flatMap(part -> part.newest().stream())
                    .flatMap(each -> each.units().stream().map(unit -> new Change(each.table(), unit.name(), true)))
                    .toList();
            return newest.isEmpty() ? all(parts) : newest;
        }

        List<Change> of(long version) {
            return byVersion.getOrDefault(version, List.of());
        }

        /** Whether all that a version changed is known. */
        boolean tells(long version) {
            return version > end;
        }

        /** Versions between two, newest first. */
        List<Long> between(long from, long to) {
            return List.copyOf(byVersion.subMap(from, false, to, false).descendingKeySet());
        }
    }
}
