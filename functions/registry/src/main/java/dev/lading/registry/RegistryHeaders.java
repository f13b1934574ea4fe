package dev.lading.registry;

/** Header names of the distribution API. */
final class RegistryHeaders {
    static final String CONTENT_DIGEST = "Docker-Content-Digest";
    static final String API_VERSION = "Docker-Distribution-API-Version";
    static final String UPLOAD_UUID = "Docker-Upload-UUID";
    static final String CHUNK_MIN_LENGTH = "OCI-Chunk-Min-Length";
    static final String FILTERS_APPLIED = "OCI-Filters-Applied";
    static final String SUBJECT = "OCI-Subject";
    static final String TAG = "OCI-Tag";

    /** Ours: the repository version that holds what was pushed or no longer holds what was deleted. */
    static final String REPOSITORY_VERSION = "Lading-Repository-Version";

    private RegistryHeaders() {}
}
