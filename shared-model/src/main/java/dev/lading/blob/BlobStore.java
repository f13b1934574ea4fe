package dev.lading.blob;

import dev.lading.metadata.Page;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Blob bytes by the key they were uploaded under. Content never changes once its writer was committed. Visibility is
 * decided by records, not here.
 */
public interface BlobStore {
    /**
     * Resumes writing where {@code written} ends; bytes that an earlier writer left after it are dropped.
     *
     * @param written {@link Written#NOTHING}, or what {@link BlobWriter#flush} returned
     */
    BlobWriter write(BlobKey key, Written written) throws IOException;

    /** Size of a committed blob, or empty when there is none. For one that is still written it may return either. */
    OptionalLong sizeBytes(BlobKey key) throws IOException;

    /** Stored bytes, and how many. */
    record Listed(BlobKey key, long sizeBytes) {}

    /**
     * A page of all committed blobs in the order of their keys, among which some may be that are still written.
     *
     * @param after {@link Page#next} of the page before, or a key; empty: from the first
     */
    Page<Listed> list(Optional<String> after) throws IOException;

    /** {@code length} bytes from {@code offset} on. The caller closes the stream. */
    InputStream read(BlobKey key, long offset, long length) throws IOException;

    /** Where a client gets the bytes: a signed URL that expires after {@code validFor}, or a local file. */
    Download download(BlobKey key, Duration validFor);

    /** As {@link #download}, for a client that requests the headers alone: such a URL takes HEAD and nothing else. */
    Download head(BlobKey key, Duration validFor);

    /** Deletes a blob, or what was written of one. Idempotent. */
    void delete(BlobKey key, Written written) throws IOException;

    /**
     * Deletes what was written of an upload that nobody goes on with, by writers, too, that died before it was
     * recorded. Idempotent.
     */
    default void abandon(BlobKey key, Written written) throws IOException {
        delete(key, written);
    }
}
