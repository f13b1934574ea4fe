package dev.lading.builder;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** An archive whose headers are bounded: readers of tar keep long names and extended headers whole in memory. */
final class HeaderRoom extends FilterInputStream {
    static final long MOST_BYTES = 1024L * 1024;

    private boolean inHeader;
    private long read;

    HeaderRoom(InputStream in) {
        super(in);
    }

    void begin() {
        inHeader = true;
        read = 0;
    }

    void end() {
        inHeader = false;
    }

    private void count(long bytes) throws IOException {
        read += Math.max(0, bytes);
        if (inHeader && read > MOST_BYTES) {
            throw new IOException("a header of it is larger than " + MOST_BYTES / (1024 * 1024) + " MiB");
        }
    }

    @Override
    public int read() throws IOException {
        int next = super.read();
        count(next < 0 ? 0 : 1);
        return next;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int bytes = super.read(target, offset, length);
        count(bytes);
        return bytes;
    }

    @Override
    public long skip(long most) throws IOException {
        long bytes = super.skip(most);
        count(bytes);
        return bytes;
    }
}
