package dev.lading.testing;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;

/** A request body with a callback at its end. */
public final class EndingStream extends FilterInputStream {
    private final Ending ending;

    /** The callback; it may throw, as when the client goes away. */
    @FunctionalInterface
    public interface Ending {
        void happen() throws IOException;
    }

    public EndingStream(byte[] content, Ending ending) {
        super(new ByteArrayInputStream(content));
        this.ending = ending;
    }

    @Override
    public int read() throws IOException {
        return ended(super.read());
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        return ended(super.read(buffer, offset, length));
    }

    private int ended(int result) throws IOException {
        if (result < 0) {
            ending.happen();
        }
        return result;
    }
}
