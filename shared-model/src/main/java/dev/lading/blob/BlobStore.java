package dev.lading.blob;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * Blob bytes by the key they were uploaded under. Content never changes once its writer was committed. Nothing here says
 * what is visible: records do.
 */
public interface BlobStore {
    /**
     * Goes on writing where {@code written} ends; bytes that an earlier writer left behind it are forgotten.
     *
     * @param written {@link Written#NOTHING}, or what {@link BlobWriter#flush} returned
     */
    BlobWriter write(BlobKey key, Written written) throws IOException;

    /** Size of a committed blob, or empty when there is none. Of one that is still written it may say either. */
    OptionalLong sizeBytes(BlobKey key) throws IOException;

    /** The bytes from {@code offset} on, {@code length} of them. The caller closes it. */
    InputStream read(BlobKey key, long offset, long length) throws IOException;

    /** Where a client gets the bytes: a signed URL that dies after {@code validFor}, or a local file. */
    Download download(BlobKey key, Duration validFor);

    /** Forgets a blob, or what was written of one. Not an error when there is none. */
    void delete(BlobKey key, Written written) throws IOException;
}
