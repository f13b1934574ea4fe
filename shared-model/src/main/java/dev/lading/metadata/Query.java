package dev.lading.metadata;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
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
    /** Most bytes of a sort key; DynamoDB's. */
    private static final int MAX_SORT_BYTES = 1024;

    public static Query ascending(String partition, String from, String to, int limit) {
        return new Query(partition, from, to, false, limit, Optional.empty());
    }

    public static Query descending(String partition, String from, String to, int limit) {
        return new Query(partition, from, to, true, limit, Optional.empty());
    }

    /** All sort keys that begin with a text, whatever is behind it. */
    public static Query beginning(String partition, String prefix, int limit) {
        String first = prefix.isEmpty() ? "\u0001" : prefix;
        return ascending(partition, first, prefix + Character.toString(Character.MAX_CODE_POINT), limit);
    }

    /** This range from its other end. */
    public Query reversed() {
        return new Query(partition, from, to, !descending, limit, after);
    }

    /**
     * Resumes where a client says that the page before ended. What lies outside this query or is no key is no end of a
     * page of it, and DynamoDB refuses it: then the query is as it was.
     */
    public Query resumed(Optional<String> sort) {
        return after(sort.filter(key -> key.getBytes(UTF_8).length <= MAX_SORT_BYTES)
                .filter(key -> compare(from, key) <= 0 && compare(key, to) <= 0));
    }

    private static int compare(String one, String other) {
        return Arrays.compareUnsigned(one.getBytes(UTF_8), other.getBytes(UTF_8));
    }

    /** @param sort where the page before ended; empty: this query as it is */
    public Query after(Optional<String> sort) {
        return sort.map(this::after).orElse(this);
    }

    public Query after(String sort) {
        return new Query(partition, from, to, descending, limit, Optional.of(sort));
    }
}
