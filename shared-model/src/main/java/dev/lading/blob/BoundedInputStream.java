package dev.lading.blob;

import java.io.IOException;
import java.io.InputStream;

/** A stream of another's first bytes; closing it closes the other. */
public final class BoundedInputStream extends InputStream {
    private final InputStream whole;
    private long left;

    public BoundedInputStream(InputStream whole, long bytes) {
        this.whole = whole;
        this.left = bytes;
    }

    @Override
    public int read() throws IOException {
        if (left == 0) {
            return -1;
        }
        int next = whole.read();
        left -= next < 0 ? 0 : 1;
        return next;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int count = whole.read(buffer, offset, (int) Math.min(length, left));
        left -= Math.max(count, 0);
        return count;
    }

    @Override
    public void close() throws IOException {
        whole.close();
    }
}
