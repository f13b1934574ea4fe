package dev.lading.upstream;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/**
 * What is asked of an upstream.
 *
 * @param what in the words of a sentence, as in "blob sha256:… of library/alpine"
 * @param headers beside the remote's own
 * @param streams the body is read as it comes, for as long as it makes progress
 */
record Request(String method, URI uri, String what, Map<String, String> headers, boolean streams) {
    Request {
        headers = Map.copyOf(headers);
    }

    static Request get(URI uri, String what) {
        return new Request("GET", uri, what, Map.of(), false);
    }

    Request method(String other) {
        return new Request(other, uri, what, headers, streams);
    }

    Request header(String name, String value) {
        var more = new HashMap<>(headers);
        more.put(name, value);
        return new Request(method, uri, what, more, streams);
    }

    Request streaming() {
        return new Request(method, uri, what, headers, true);
    }
}
