package dev.lading.http;

/** Header names of the distribution API. */
public final class RegistryHeaders {
    public static final String CONTENT_DIGEST = "Docker-Content-Digest";
    static final String API_VERSION = "Docker-Distribution-API-Version";
    public static final String UPLOAD_UUID = "Docker-Upload-UUID";
    public static final String CHUNK_MIN_LENGTH = "OCI-Chunk-Min-Length";
    public static final String FILTERS_APPLIED = "OCI-Filters-Applied";
    public static final String SUBJECT = "OCI-Subject";
    public static final String TAG = "OCI-Tag";

    /**
     * Name of a header of ours: the repository version that holds what was pushed or no longer holds what was deleted.
     */
    public static final String REPOSITORY_VERSION = "Lading-Repository-Version";

    private RegistryHeaders() {}

    /** The {@code Range} of an upload; {@code 0-0} stands for nothing and for one byte, as it always has. */
    public static String range(long storedBytes) {
        return "0-" + Math.max(0, storedBytes - 1);
    }
}
