package dev.lading.bundle;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/**
 * The header of a file in a bundle. There is one for each path and size, byte for byte, so that nothing can hide in it:
 * a reader makes it anew and compares. Source: POSIX.1-2017, "pax", "ustar Interchange Format"; sizes of 8 GiB and more
 * are in base 256, as GNU tar writes them and all readers know.
 */
final class TarHeader {
    static final int BLOCK = 512;

    private static final int NAME_BYTES = 100;
    private static final int SIZE_AT = 124;
    private static final int SIZE_BYTES = 12;
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_BYTES = 8;
    private static final long OCTAL_SIZES = 1L << 33;

    private TarHeader() {}

    /** @param path of up to 100 ASCII characters */
    static byte[] of(String path, long sizeBytes) {
        byte[] name = path.getBytes(US_ASCII);
        if (name.length > NAME_BYTES) {
            throw new IllegalArgumentException(path + " is too long a path");
        }
        byte[] header = new byte[BLOCK];
        System.arraycopy(name, 0, header, 0, name.length);
        put(header, 100, "0000644\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        putSize(header, sizeBytes);
        put(header, 136, "00000000000\0");
        put(header, CHECKSUM_AT, " ".repeat(CHECKSUM_BYTES));
        put(header, 156, "0");
        put(header, 257, "ustar\00000");
        put(header, 329, "0000000\0");
        put(header, 337, "0000000\0");
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
    static String named(byte[] header) {
        int end = 0;
        while (end < NAME_BYTES && header[end] > ' ' && header[end] <= '~') {
            end++;
        }
        return new String(header, 0, end, US_ASCII);
    }

    /** The size that a header names, if it is the one of a path; else -1. */
    static long size(byte[] header, String path, long most) {
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
    static int padding(long sizeBytes) {
        return (int) (-sizeBytes & (BLOCK - 1));
    }
}
