package dev.lading.blob;

import java.io.Closeable;
import java.io.IOException;

/** Takes the bytes of one blob in order. Closing without a {@link #flush} forgets what this writer was given. */
public interface BlobWriter extends Closeable {
    void write(byte[] buffer, int offset, int length) throws IOException;

    /** Makes what was written so far outlive this process, and tells how to go on. */
    Written flush() throws IOException;

    /** Makes the blob whole and durable: it outlives the machine's death once this returns. */
    void commit() throws IOException;
}
