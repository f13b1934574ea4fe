package dev.lading.history;

import dev.lading.history.row.Content;
import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Page;
import dev.lading.metadata.UuidV7;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The first of a version's content in the order of the units' ids, the newest first, found by walking the change log
 * back: nothing that a version added is newer than the version itself, so the walk ends where all that is before it
 * must be older. Costs what is asked for, if that was added lately or by large versions, and gives up where it would
 * not.
 */
public final class NewestFirst {
    /** Clocks of two writers may differ by so much. */
    private static final Duration SKEW = Duration.ofMillis(200);

    private static final int VERSIONS = MetadataStore.MAX_GETS;
    private static final int MAX_VERSIONS = 2_000;

    /** Look-ups beyond those of what is asked for: so many may be pushed within the skew. */
    private static final int SPARE = 2_000;

    /** Log parts read between two versions that are kept, of those that were deleted. */
    private static final int PARTS = 3;

    private static final Comparator<Candidate> ORDER = Comparator.comparing(Candidate::id)
            .reversed()
            // The end of what is known of a version follows the last that is known.
            .thenComparing(Candidate::isEnd);

    private final MetadataStore store;
    private final RepositoryView view;
    private final long after;
    private final Set<String> tables;
    private final Set<String> seen = new HashSet<>();
    private final PriorityQueue<Candidate> candidates = new PriorityQueue<>(ORDER);
    private final Iterator<Page<RepositoryVersion>> pages;

    /** Versions that were read and not looked at yet, the newest first. */
    private final Deque<RepositoryVersion> ahead = new ArrayDeque<>();

    /** Rows of versions from {@link #fetched} on that were not looked at yet. */
    private final Map<String, Content> rows = new HashMap<>();

    private long fetched = Long.MAX_VALUE;
    private @Nullable RepositoryVersion unread;
    private int read;
    private int lookUps;

    /**
     * @param after only what later versions added or moved; 0: all that the view shows
     * @param tables of which content
     */
    public NewestFirst(MetadataStore store, RepositoryView view, long after, Set<String> tables) {
        this.store = store;
        this.view = view;
        this.after = after;
        this.tables = tables;
        pages = store.pages(
                        RepositoryVersion.TABLE,
                        RepositoryVersion.newestFirst(view.repository(), 0, view.version(), VERSIONS))
                .iterator();
        unread = next();
    }

    private @Nullable RepositoryVersion next() {
        while (ahead.isEmpty() && pages.hasNext()) {
            ahead.addAll(pages.next().records());
        }
        return ahead.poll();
    }

    /**
     * What may be next.
     *
     * @param name of its row; empty: from here on, not all that a version added is known
     * @param row that the view shows, if it was read
     */
    private record Candidate(UUID id, String table, String name, Optional<Content> row) {
        static Candidate unread(String table, NewestUnits.Unit unit) {
            return new Candidate(unit.id(), table, unit.name(), Optional.empty());
        }

        static Candidate end(String table, NewestUnits.Unit last) {
            return new Candidate(last.id(), table, "", Optional.empty());
        }

        boolean isEnd() {
            return name.isEmpty();
        }
    }

    /** The first {@code count}, or fewer if there are no more; empty: the log does not tell them at this cost. */
    public Optional<List<Content>> first(int count) {
        if (unread == null || unread.version() != view.version()) {
            return Optional.empty();
        }
        lookUps = count + SPARE;
        List<Content> first = new ArrayList<>();
        while (first.size() < count) {
            while (unread != null && !isNewer(candidates.peek(), unread)) {
                if (!read(unread) || lookUps < 0) {
                    return Optional.empty();
                }
            }
            Candidate next = candidates.poll();
            if (next == null) {
                return Optional.of(first);
            }
            if (lookUps < 0 || next.isEnd()) {
                return Optional.empty();
            }
            next.row().ifPresentOrElse(first::add, () -> add(next.table(), next.name(), Optional.empty()));
        }
        return Optional.of(first);
    }

    private static boolean isNewer(@Nullable Candidate candidate, RepositoryVersion version) {
        return candidate != null
                && UuidV7.time(candidate.id()).isAfter(version.created().plus(SKEW));
    }

    /** Adds what a version changed, and those that were deleted before it; false: the log does not tell. */
    private boolean read(RepositoryVersion version) {
        fetch(version);
        version.changes().forEach(change -> add(change, version.version()));
        boolean told = !version.changes().isEmpty() || version.version() == 0 || addNewest(version.version());
        if (version.version() <= after + 1) {
            unread = null;
            return told;
        }
        unread = next();
        // The log before the oldest version that is kept may be gone.
        return told
                && unread != null
                && ++read < MAX_VERSIONS
                && (unread.version() == version.version() - 1 || addDeleted(unread.version(), version.version() - 1));
    }

    /** Reads the rows of a version's changes, and of those of versions before it as far as one request has room. */
    private void fetch(RepositoryVersion version) {
        if (version.version() >= fetched) {
            return;
        }
        // Of a name that several of them changed, the newest row alone is what the view shows.
        Map<String, Map<String, Key>> keys = new HashMap<>();
        int room = MetadataStore.MAX_GETS;
        for (RepositoryVersion each :
                (Iterable<RepositoryVersion>) Stream.concat(Stream.of(version), ahead.stream())::iterator) {
            List<Change> wanted = each.changes().stream()
                    .filter(change -> change.present() && tables.contains(change.table()) && !seen.contains(id(change)))
                    .toList();
            if (wanted.size() > room && !keys.isEmpty()) {
                break;
            }
            room -= wanted.size();
            wanted.forEach(change -> keys.computeIfAbsent(change.table(), table -> new LinkedHashMap<>())
                    .putIfAbsent(change.name(), Content.key(view.repository(), change.name(), each.version())));
            fetched = each.version();
        }
        keys.forEach((table, all) -> all.values().stream()
                .gather(Gatherers.windowFixed(MetadataStore.MAX_GETS))
                .flatMap(some -> store.getAll(Content.table(table), some).stream())
                .forEach(row -> rows.put(table + "#" + Content.sort(row.name(), row.version()), row)));
    }

    private boolean addNewest(long version) {
        List<NewestUnits> newest =
                store.query(Change.Part.TABLE, Change.Part.last(view.repository(), version)).records().stream()
                        .flatMap(part -> part.newest().stream())
                        .toList();
        for (NewestUnits each : newest) {
            if (tables.contains(each.table())) {
                each.units().forEach(unit -> candidates.add(Candidate.unread(each.table(), unit)));
                if (each.more()) {
                    candidates.add(Candidate.end(each.table(), each.units().getLast()));
                }
            }
        }
        return !newest.isEmpty();
    }

    private boolean addDeleted(long after, long upTo) {
        Page<Change.Part> parts =
                store.query(Change.Part.TABLE, Change.Part.between(view.repository(), after, upTo, PARTS));
        parts.records().forEach(part -> part.changes().forEach(change -> add(change, part.version())));
        return parts.next().isEmpty();
    }

    private static String id(Change change) {
        return change.table() + "#" + change.name();
    }

    /** Adds what the view shows of a name: what the last version that changed it wrote. */
    private void add(Change change, long version) {
        if (change.present()) {
            Content row = rows.remove(id(change) + "#" + Content.sort(version));
            add(change.table(), change.name(), Optional.ofNullable(row));
        } else {
            seen.add(id(change));
        }
    }

    /** @param known the row, if it was read; each name is added once */
    private void add(String table, String name, Optional<? extends Content> known) {
        if (tables.contains(table) && seen.add(table + "#" + name)) {
            lookUps--;
            known.<Content>map(row -> row)
                    .or(() -> view.row(Content.table(table), name))
                    .filter(Content::present)
                    .ifPresent(row -> row.unit()
                            .ifPresent(
                                    unit -> candidates.add(new Candidate(unit.id(), table, name, Optional.of(row)))));
        }
    }
}
