package dev.lading.http;

/** How an API beside OCI's says that a request failed. */
public interface ErrorStyle {
    /** Whether requests to this path are of that API. */
    boolean covers(String path);

    /** What the answer's body is, as JSON. */
    Object document(OciError error);

    /** How to log in, as {@code WWW-Authenticate} says it. */
    String challenge();
}
