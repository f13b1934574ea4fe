package dev.lading.bundle;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Takes what follows so many bytes, and drops these. Whoever knows how many come next need not make them if all would
 * be dropped.
 */
public final class TailOutput extends OutputStream {
    private final OutputStream out;
    private long dropped;

    /** @param dropped bytes that were written by an earlier run */
    public TailOutput(OutputStream out, long dropped) {
        this.out = out;
        this.dropped = dropped;
    }

    /** Passes over bytes that would all be dropped; false: some of them are needed. */
    boolean passes(long bytes) {
        if (bytes > dropped) {
            return false;
        }
        dropped -= bytes;
        return true;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int some = (int) Math.min(dropped, length);
        dropped -= some;
        out.write(bytes, offset + some, length - some);
    }
}
