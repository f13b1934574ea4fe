package dev.lading.tar;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Arrays;

/**
 * The header of a file in a tar. There is one for each path and size, byte for byte, so that nothing can hide in it: a
 * reader makes it anew and compares. Source: POSIX.1-2017, "pax", "ustar Interchange Format"; sizes of 8 GiB and more
 * are in base 256, as GNU tar writes them and all readers know.
 */
public final class TarHeader {
    public static final int BLOCK = 512;

    private static final int NAME_BYTES = 100;
    private static final int PREFIX_AT = 345;
    private static final int PREFIX_BYTES = 155;
    private static final int SIZE_AT = 124;
    private static final int SIZE_BYTES = 12;
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_BYTES = 8;
    private static final long OCTAL_SIZES = 1L << 33;
    private static final long LAST_SECOND = (1L << 33) - 1;

    private TarHeader() {}

    /** @param path of up to 100 ASCII characters */
    public static byte[] of(String path, long sizeBytes) {
        byte[] name = path.getBytes(US_ASCII);
        if (name.length > NAME_BYTES) {
            throw new IllegalArgumentException(path + " is too long a path");
        }
        return of(name, new byte[0], 0644, sizeBytes, Instant.EPOCH);
    }

    /**
     * Whether {@link #of(String, int, long, Instant)} takes a path: one of up to 100 bytes, or of up to 255 with a slash
     * at the right place.
     */
    public static boolean takes(String path) {
        byte[] whole = path.getBytes(UTF_8);
        return whole.length <= NAME_BYTES || slash(whole) > 0;
    }

    /** The slash behind which the name of a long path begins; 0: there is none. */
    private static int slash(byte[] path) {
        for (int at = Math.max(1, path.length - NAME_BYTES - 1); at < path.length - 1 && at <= PREFIX_BYTES; at++) {
            if (path[at] == '/') {
                return at;
            }
        }
        return 0;
    }

    /**
     * The header of a file of root's.
     *
     * @param path that {@link #takes} says yes to
     * @param mode of up to 12 bits
     * @param modified the nearest time that a header can say: from the epoch to the year 2242
     */
    public static byte[] of(String path, int mode, long sizeBytes, Instant modified) {
        byte[] whole = path.getBytes(UTF_8);
        int slash = whole.length <= NAME_BYTES ? 0 : slash(whole);
        if (slash == 0) {
            return of(whole, new byte[0], mode, sizeBytes, modified);
        }
        return of(
                Arrays.copyOfRange(whole, slash + 1, whole.length),
                Arrays.copyOf(whole, slash),
                mode,
                sizeBytes,
                modified);
    }

    private static byte[] of(byte[] name, byte[] prefix, int mode, long sizeBytes, Instant modified) {
        byte[] header = new byte[BLOCK];
        System.arraycopy(name, 0, header, 0, name.length);
        put(header, 100, "%07o\0".formatted(mode));
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        putSize(header, sizeBytes);
        put(header, 136, "%011o\0".formatted(Math.clamp(modified.getEpochSecond(), 0, LAST_SECOND)));
        put(header, CHECKSUM_AT, " ".repeat(CHECKSUM_BYTES));
        put(header, 156, "0");
        put(header, 257, "ustar\00000");
        put(header, 329, "0000000\0");
        put(header, 337, "0000000\0");
        System.arraycopy(prefix, 0, header, PREFIX_AT, prefix.length);
        int sum = 0;
        for (byte each : header) {
            sum += Byte.toUnsignedInt(each);
        }
        put(header, CHECKSUM_AT, "%06o\0 ".formatted(sum));
        return header;
    }

    private static void putSize(byte[] header, long sizeBytes) {
        if (sizeBytes < OCTAL_SIZES) {
            put(header, SIZE_AT, "%011o\0".formatted(sizeBytes));
            return;
        }
        header[SIZE_AT] = (byte) 0x80;
        long rest = sizeBytes;
        for (int at = SIZE_AT + SIZE_BYTES - 1; rest > 0; at--) {
            header[at] = (byte) rest;
            rest >>>= Byte.SIZE;
        }
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    /** The path that a header names, for messages, of printable characters alone. */
    public static String named(byte[] header) {
        int end = 0;
        while (end < NAME_BYTES && header[end] > ' ' && header[end] <= '~') {
            end++;
        }
        return new String(header, 0, end, US_ASCII);
    }

    /** The size that a header names, if it is the one of a path; else -1. */
    public static long size(byte[] header, String path, long most) {
        long size = 0;
        for (int at = SIZE_AT; at < SIZE_AT + SIZE_BYTES - 1; at++) {
            if (header[at] < '0' || header[at] > '7') {
                return -1;
            }
            size = size * 8 + header[at] - '0';
        }
        return size <= most && Arrays.equals(header, of(path, size)) ? size : -1;
    }

    /** Zeros after a file's bytes, up to a whole block. */
    public static int padding(long sizeBytes) {
        return (int) (-sizeBytes & (BLOCK - 1));
    }
}
