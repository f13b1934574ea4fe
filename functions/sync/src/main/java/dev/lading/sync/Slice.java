package dev.lading.sync;

import java.io.IOException;
import java.io.InputStream;

/** Some bytes of a stream, which is not closed with it. */
final class Slice extends InputStream {
    private final InputStream whole;
    private long left;

    Slice(InputStream whole, long bytes) {
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
}
