package dev.lading.http;

/** The form of errors of an API beside OCI's. */
public interface ErrorStyle {
    /** Whether requests to this path are of that API. */
    boolean covers(String path);

    /** The answer's body, as JSON. */
    Object document(OciError error);

    /** The login challenge, as in {@code WWW-Authenticate}. */
    String challenge();
}
