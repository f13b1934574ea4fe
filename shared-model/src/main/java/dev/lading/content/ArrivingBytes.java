package dev.lading.content;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;

/**
 * A blob's bytes as they come from an upstream, for one reader. The last of them are held back until the whole is
 * verified and kept, so that no wrong blob is ever read to its end.
 */
public interface ArrivingBytes extends AutoCloseable {
    /**
     * Bytes that are held back until the blob is verified and kept. A client has the digest of what it reads, and so
     * would refuse a wrong blob, too; it must not be led to think that it has all.
     */
    int HELD_BACK = 64 * 1024;

    /** How many the blob has in all. */
    long sizeBytes();

    /** How many may be read by now, from the first on. */
    long available();

    /**
     * Sends some of those that are available.
     *
     * @return how many
     */
    long transfer(long position, long count, WritableByteChannel target) throws IOException;

    /** Why no more will come; empty: more may. */
    Optional<Throwable> failure();

    /** Has something run, on any thread, whenever more is available or no more will come; at least once after now. */
    void onChange(Runnable told);

    /** Lets them go; the fetch goes on for others. */
    @Override
    void close();
}
