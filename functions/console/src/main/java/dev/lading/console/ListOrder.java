package dev.lading.console;

import dev.lading.metadata.NameRange;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The order that a list is shown in, and where the list is in others, filtered alike.
 *
 * @param path of the list, as browsers name it
 * @param filter as a query has it; empty: none
 * @param orders that the list can be in, its usual one first: columns, of which those that begin with a minus go down
 * @param order which of them it is in
 */
public record ListOrder(String path, String filter, List<String> orders, String order) {
    /** By name from A to Z, and from Z to A. */
    public static final List<String> BY_NAME = List.of("name", "-name");

    /** What was made last before the rest, and after it. */
    public static final List<String> BY_TIME = List.of("-made", "made");

    private static final String DOWN = "-";

    /** Longer than any name: nothing begins with so much. */
    private static final int MAX_PREFIX = 256;

    /**
     * @param asked for by a client; what is no order of the list is its usual one
     * @param filter names and values in turn; empty values are left out
     */
    public static ListOrder of(String path, List<String> orders, String asked, String... filter) {
        StringBuilder query = new StringBuilder();
        for (int i = 0; i < filter.length; i += 2) {
            append(query, filter[i], filter[i + 1]);
        }
        return new ListOrder(path, query.toString(), orders, orders.contains(asked) ? asked : orders.getFirst());
    }

    private static void append(StringBuilder query, String name, String value) {
        if (!value.isEmpty()) {
            query.append(query.isEmpty() ? "" : "&")
                    .append(name)
                    .append('=')
                    .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }

    public boolean isDown() {
        return order.startsWith(DOWN);
    }

    /**
     * A page of a list by name.
     *
     * @param after the cursor, as a client says it; empty: the first page
     */
    public NameRange names(String prefix, String after, int limit) {
        String cut = prefix.substring(0, Math.min(prefix.length(), MAX_PREFIX));
        return new NameRange(cut, isDown(), Optional.of(after).filter(name -> !name.isEmpty()), limit);
    }

    /** Whether it is not the usual order. */
    public boolean isOther() {
        return !order.equals(orders.getFirst());
    }

    /** How a column is in order, in words of {@code aria-sort}; empty: it is not. */
    public String direction(String column) {
        if (order.equals(column)) {
            return "ascending";
        }
        return order.equals(DOWN + column) ? "descending" : "";
    }

    /** The list by a column: the other way round, if it is by that already and can be. */
    public String by(String column) {
        String up = orders.contains(column) ? column : DOWN + column;
        String down = orders.contains(DOWN + column) ? DOWN + column : column;
        return address(order.equals(up) ? down : up, Optional.empty());
    }

    /** The list in one of its orders. */
    public String inOrder(String other) {
        return address(other, Optional.empty());
    }

    /** The first page. */
    public String first() {
        return address(order, Optional.empty());
    }

    /** @param after the cursor, which is one in this order only */
    public String next(String after) {
        return address(order, Optional.of(after));
    }

    private String address(String in, Optional<String> after) {
        StringBuilder query = new StringBuilder(filter);
        append(query, "order", in.equals(orders.getFirst()) ? "" : in);
        append(query, "after", after.orElse(""));
        return query.isEmpty() ? path : path + "?" + query;
    }
}
