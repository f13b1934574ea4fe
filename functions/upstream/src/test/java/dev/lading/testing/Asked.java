package dev.lading.testing;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A request as it arrived.
 *
 * @param target with its query, as in {@code /v2/app/tags/list?n=1000}; at a proxy an absolute URL or host and port
 * @param headers by their names in lower case
 */
public record Asked(String method, String target, Map<String, String> headers) {
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    String path() {
        return target.replaceFirst("\\?.*", "");
    }

    /** Value of a query parameter, as {@code n} of {@code ?n=1000}. */
    Optional<String> parameter(String name) {
        return Pattern.compile("[?&]" + name + "=([^&]*)")
                .matcher(target)
                .results()
                .map(found -> found.group(1))
                .findFirst();
    }

    /** Method and target, as in {@code GET /v2/app/tags/list?n=1000}. */
    @Override
    public String toString() {
        return method + " " + target;
    }
}
