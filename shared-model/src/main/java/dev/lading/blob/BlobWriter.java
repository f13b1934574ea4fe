package dev.lading.blob;

import java.io.Closeable;
import java.io.IOException;

/** Takes the bytes of one blob in order. Closing it without a {@link #flush} drops what this writer was given. */
public interface BlobWriter extends Closeable {
    void write(byte[] buffer, int offset, int length) throws IOException;

    /** Makes what was written so far outlive this process; returns the state to resume from. */
    Written flush() throws IOException;

    /**
     * Makes the blob complete and durable: it survives the machine's death once this returns.
     *
     * @return false: bytes were committed under this key before and are left as they are; the caller compares them
     */
    boolean commit() throws IOException;
}
