package dev.lading.management.api;

import jakarta.ws.rs.core.MultivaluedMap;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The position of a page in a list.
 *
 * @param limit resources, at least 1
 * @param offset resources before the page
 */
record PageBounds(int limit, long offset) {
    /** Parses the bounds; text that is no number stands for the default, as clients of Pulp expect. */
    static PageBounds of(MultivaluedMap<String, String> query, int defaultLimit, int maxLimit) {
        long limit = number(query.getFirst("limit"), defaultLimit);
        return new PageBounds(
                (int) Math.min(limit == 0 ? defaultLimit : limit, maxLimit), number(query.getFirst("offset"), 0));
    }

    private static long number(@Nullable String text, long otherwise) {
        // More digits than any list has entries, and few enough for a sum.
        return text != null && text.matches("[0-9]{1,18}") ? Long.parseLong(text) : otherwise;
    }

    @Nullable
    String next(long count, MultivaluedMap<String, String> query, String address) {
        return offset + limit < count ? link(offset + limit, query, address) : null;
    }

    @Nullable
    String previous(MultivaluedMap<String, String> query, String address) {
        return offset > 0 ? link(Math.max(0, offset - limit), query, address) : null;
    }

    private String link(long start, MultivaluedMap<String, String> query, String address) {
        List<String> pairs = new ArrayList<>();
        for (Map.Entry<String, List<String>> parameter : query.entrySet()) {
            if (!parameter.getKey().equals("limit") && !parameter.getKey().equals("offset")) {
                parameter.getValue().forEach(value -> pairs.add(pair(parameter.getKey(), value)));
            }
        }
        pairs.add(pair("limit", Integer.toString(limit)));
        if (start > 0) {
            pairs.add(pair("offset", Long.toString(start)));
        }
        return address + "?" + String.join("&", pairs);
    }

    private static String pair(String name, String value) {
        return encode(name) + "=" + encode(value);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
