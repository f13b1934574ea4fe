package dev.lading.history;

import dev.lading.history.row.Content;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Page;
import dev.lading.metadata.UuidV7;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.UUID;
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

    private static final int VERSIONS = 50;
    private static final int MAX_VERSIONS = 500;

    /** Look-ups beyond those of what is asked for: one writer may push so many within the skew. */
    private static final int SPARE = 500;

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
    private final Iterator<RepositoryVersion> versions;
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
        versions = store.stream(
                        RepositoryVersion.TABLE,
                        RepositoryVersion.newestFirst(view.repository(), 0, view.version(), VERSIONS))
                .iterator();
        unread = versions.hasNext() ? versions.next() : null;
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
            next.row().ifPresentOrElse(first::add, () -> add(next.table(), next.name()));
        }
        return Optional.of(first);
    }

    private static boolean isNewer(@Nullable Candidate candidate, RepositoryVersion version) {
        return candidate != null
                && UuidV7.time(candidate.id()).isAfter(version.created().plus(SKEW));
    }

    /** Adds what a version changed, and those that were deleted before it; false: the log does not tell. */
    private boolean read(RepositoryVersion version) {
        version.changes().forEach(this::add);
        boolean told = !version.changes().isEmpty() || version.version() == 0 || addNewest(version.version());
        if (version.version() <= after + 1) {
            unread = null;
            return told;
        }
        unread = versions.hasNext() ? versions.next() : null;
        // The log before the oldest version that is kept may be gone.
        return told
                && unread != null
                && ++read < MAX_VERSIONS
                && (unread.version() == version.version() - 1 || addDeleted(unread.version(), version.version() - 1));
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
        parts.records().forEach(part -> part.changes().forEach(this::add));
        return parts.next().isEmpty();
    }

    private void add(Change change) {
        add(change.table(), change.name());
    }

    /** Adds what the view shows of a name, once. */
    private void add(String table, String name) {
        if (tables.contains(table) && seen.add(table + "#" + name)) {
            lookUps--;
            view.row(Content.table(table), name)
                    .filter(Content::present)
                    .ifPresent(row -> row.unit()
                            .ifPresent(
                                    unit -> candidates.add(new Candidate(unit.id(), table, name, Optional.of(row)))));
        }
    }
}
