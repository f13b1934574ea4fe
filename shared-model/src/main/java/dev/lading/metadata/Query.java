package dev.lading.metadata;

import java.util.Optional;

/**
 * A range of one partition.
 *
 * @param from lowest sort key, inclusive
 * @param to highest sort key, inclusive
 * @param limit records in a page, at most
 * @param after resume after this sort key, in the direction of the query
 */
public record Query(String partition, String from, String to, boolean descending, int limit, Optional<String> after) {
    public static Query ascending(String partition, String from, String to, int limit) {
        return new Query(partition, from, to, false, limit, Optional.empty());
    }

    public static Query descending(String partition, String from, String to, int limit) {
        return new Query(partition, from, to, true, limit, Optional.empty());
    }

    /** @param sort where the page before ended; empty: this query as it is */
    public Query after(Optional<String> sort) {
        return sort.map(this::after).orElse(this);
    }

    public Query after(String sort) {
        return new Query(partition, from, to, descending, limit, Optional.of(sort));
    }
}
