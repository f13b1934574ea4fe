package dev.lading.upstream.transport;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/**
 * A request to an upstream.
 *
 * @param what noun phrase for messages, as in "blob sha256:… of library/alpine"
 * @param headers beside the remote's own
 */
public record Request(String method, URI uri, String what, Map<String, String> headers) {
    public Request {
        headers = Map.copyOf(headers);
    }

    public static Request get(URI uri, String what) {
        return new Request("GET", uri, what, Map.of());
    }

    public Request method(String other) {
        return new Request(other, uri, what, headers);
    }

    public Request header(String name, String value) {
        var more = new HashMap<>(headers);
        more.put(name, value);
        return new Request(method, uri, what, more);
    }
}
