package dev.lading.cli.build;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Writes a tar of root's files: one way for each entry, so that the same files are the same bytes. What a plain header
 * cannot say stands in one before it. Source: POSIX.1-2017, "pax", "pax Interchange Format".
 */
final class TarWriter {
    private static final int BLOCK = 512;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int NAME_BYTES = 100;
    private static final long OCTAL_SIZES = 1L << 33;
    private static final long LAST_SECOND = (1L << 33) - 1;
    private static final int LINK_MODE = 0777;

    private final OutputStream out;

    TarWriter(OutputStream out) {
        this.out = out;
    }

    /** @param seconds since the epoch; a time that no header can say becomes the nearest that one can */
    void folder(String path, int mode, long seconds) throws IOException {
        header('5', path + "/", "", mode, 0, seconds);
    }

    void link(String path, String target, long seconds) throws IOException {
        header('2', path, target, LINK_MODE, 0, seconds);
    }

    /** @throws EOFException if there are not so many bytes */
    void file(String path, int mode, long bytes, long seconds, InputStream content) throws IOException {
        header('0', path, "", mode, bytes, seconds);
        byte[] buffer = new byte[BUFFER_BYTES];
        for (long left = bytes; left > 0; ) {
            int count = content.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count < 0) {
                throw new EOFException("it became shorter");
            }
            out.write(buffer, 0, count);
            left -= count;
        }
        pad(bytes);
    }

    /** Writes the end, which is two blocks of zeros. */
    void end() throws IOException {
        out.write(new byte[2 * BLOCK]);
    }

    private void pad(long bytes) throws IOException {
        out.write(new byte[(int) (-bytes & (BLOCK - 1))]);
    }

    private void header(char type, String path, String target, int mode, long bytes, long seconds) throws IOException {
        String records = (isPlain(path) ? "" : record("path", path))
                + (isPlain(target) ? "" : record("linkpath", target))
                + (bytes < OCTAL_SIZES ? "" : record("size", Long.toString(bytes)));
        if (!records.isEmpty()) {
            byte[] content = records.getBytes(UTF_8);
            out.write(block('x', "PaxHeader", "", 0644, content.length, 0));
            out.write(content);
            pad(content.length);
        }
        out.write(
                block(type, path, target, mode, bytes < OCTAL_SIZES ? bytes : 0, Math.clamp(seconds, 0, LAST_SECOND)));
    }

    private static boolean isPlain(String name) {
        return name.length() <= NAME_BYTES && US_ASCII.newEncoder().canEncode(name);
    }

    /** A record begins with its own length. */
    private static String record(String key, String value) {
        String rest = " " + key + "=" + value + "\n";
        int bytes = rest.getBytes(UTF_8).length;
        int digits = 1;
        while (Integer.toString(bytes + digits).length() > digits) {
            digits++;
        }
        return (bytes + digits) + rest;
    }

    private static byte[] block(char type, String path, String target, int mode, long bytes, long seconds) {
        byte[] block = new byte[BLOCK];
        put(block, 0, path, NAME_BYTES);
        put(block, 100, "%07o".formatted(mode), 8);
        put(block, 108, "0000000", 8);
        put(block, 116, "0000000", 8);
        put(block, 124, "%011o".formatted(bytes), 12);
        put(block, 136, "%011o".formatted(seconds), 12);
        put(block, 148, " ".repeat(8), 8);
        put(block, 156, String.valueOf(type), 1);
        put(block, 157, target, NAME_BYTES);
        put(block, 257, "ustar\00000", 8);
        put(block, 329, "0000000", 8);
        put(block, 337, "0000000", 8);
        int sum = 0;
        for (byte each : block) {
            sum += Byte.toUnsignedInt(each);
        }
        put(block, 148, "%06o\0 ".formatted(sum), 8);
        return block;
    }

    private static void put(byte[] block, int at, String text, int most) {
        byte[] bytes = text.getBytes(US_ASCII);
        System.arraycopy(bytes, 0, block, at, Math.min(bytes.length, most));
    }
}
