package dev.lading.embedded;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.lading.metadata.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A cache of the newest rows of recently read histories, decoded. A history is all sort keys that differ only after
 * their last {@code #}, which is where versions are.
 *
 * <p>Exact, because only this process writes: {@link #changing} is called before a transaction is committed, and
 * {@link #wrote} and {@link #changed} between its commit and its answer. In between its histories are read from the
 * database, so that whoever has seen one of its rows, such as a repository's head, finds no older one here.
 * {@code wrote} waits for a load under way, so no row read before the transaction stays in the cache.
 */
final class RowCache {
    /** Rows kept of a history; look-ups ask for the first few. */
    static final int ROWS = 4;

    /** Suffix of a history's name that sorts after each of its cached rows. */
    static final String NEWEST = "#~";

    private static final int MAX_BYTES = 24 * 1024 * 1024;
    private static final int ENTRY_BYTES = 400;

    /** Size over which rows are not cached, or few would fill the cache. */
    private static final int LARGE_BYTES = 64 * 1024;

    private final Cache<History, Rows> cache = Caffeine.newBuilder()
            .maximumWeight(MAX_BYTES)
            .weigher((History history, Rows rows) -> ENTRY_BYTES + rows.bytes())
            .build();

    private volatile Set<History> changing = Set.of();

    /**
     * Cache key.
     *
     * @param partition of the physical table
     * @param exact the row with this very sort key; false: the history of this name
     */
    record History(String partition, String name, boolean exact) {
        static History row(String partition, String sort) {
            return new History(partition, sort, true);
        }

        static History of(String partition, String sort) {
            int version = sort.lastIndexOf('#');
            return new History(partition, version < 0 ? sort : sort.substring(0, version), false);
        }
    }

    /** One row as a query returns it. */
    record Row(String sort, Object record) {}

    /**
     * Cached rows, newest first.
     *
     * @param whole whether there are no older ones
     */
    record Rows(List<Row> rows, boolean whole, int bytes) {
        /** The answer to a descending query, if the cached rows suffice for it. */
        Optional<List<Row>> descending(Query query) {
            List<Row> found = new ArrayList<>(ROWS);
            for (Row row : rows) {
                boolean inRange =
                        row.sort().compareTo(query.to()) <= 0 && row.sort().compareTo(query.from()) >= 0;
                if (inRange && found.size() < query.limit()) {
                    found.add(row);
                }
            }
            boolean reachesBelow = whole || rows.getLast().sort().compareTo(query.from()) < 0;
            return reachesBelow || found.size() == query.limit() ? Optional.of(found) : Optional.empty();
        }
    }

    /** Whether a query asks for the newest rows of one history. */
    static boolean covers(Query query) {
        int version = query.from().lastIndexOf('#');
        return query.descending()
                && query.after().isEmpty()
                && query.limit() <= ROWS
                && version >= 0
                && query.to().lastIndexOf('#') == version
                && query.to().regionMatches(0, query.from(), 0, version)
                && query.to().compareTo(query.from().substring(0, version) + NEWEST) <= 0;
    }

    Rows get(History history, Supplier<Rows> load) {
        if (changing.contains(history)) {
            return load.get();
        }
        Rows rows = cache.get(history, key -> load.get());
        if (rows.bytes() > LARGE_BYTES) {
            cache.invalidate(history);
        }
        return rows;
    }

    /** Begins to change histories, by one transaction at a time. */
    void changing(Stream<History> histories) {
        changing = histories.collect(Collectors.toUnmodifiableSet());
    }

    /** Ends the change, which was committed or rolled back. */
    void changed() {
        changing = Set.of();
    }

    /** The histories that a row is one of: a name may hold separators, too. */
    static Stream<History> histories(String partition, String sort) {
        return Stream.concat(
                Stream.of(History.row(partition, sort)),
                IntStream.range(0, sort.length())
                        .filter(end -> sort.charAt(end) == '#')
                        .mapToObj(end -> new History(partition, sort.substring(0, end), false)));
    }

    /**
     * Updates the cache with the row, or none, that a key now has; called in the order of the transactions. Single
     * records are read again soon after they are written, as an upload's is by its next chunk.
     */
    void wrote(String partition, String sort, Optional<Row> row, int bytes) {
        History exact = History.row(partition, sort);
        if (bytes > LARGE_BYTES) {
            cache.invalidate(exact);
        } else {
            cache.put(exact, new Rows(row.stream().toList(), true, bytes));
        }
        histories(partition, sort).skip(1).forEach(cache::invalidate);
    }
}
