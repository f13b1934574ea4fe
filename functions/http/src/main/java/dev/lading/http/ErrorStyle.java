package dev.lading.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.Map;

/** The form of errors of what is served beside OCI's API. */
public interface ErrorStyle {
    /** Whether requests to this path are of that. */
    boolean covers(String path);

    /** The answer's body: text as it stands, anything else as JSON. */
    Object document(OciError error, HttpServerRequest request);

    /** The answer's headers. */
    default Map<String, String> headers() {
        return Map.of("Content-Type", "application/json");
    }

    /** The login challenge, as in {@code WWW-Authenticate}. */
    String challenge();
}
