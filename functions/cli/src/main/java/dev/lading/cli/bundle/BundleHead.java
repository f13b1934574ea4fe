package dev.lading.cli.bundle;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much of a bundle a server has to see to tell what it would make of it. */
final class BundleHead {
    private static final String LAST = "lading/export.json";
    private static final int BLOCK = 512;
    private static final int NAME_BYTES = 100;
    private static final int SIZE_AT = 124;
    private static final int SIZE_DIGITS = 11;

    /** Files that stand before what a bundle holds: the list, its signature, the volume, and those of the layout. */
    private static final int MOST_FILES = 7;

    /** What is sent of a file that is no bundle, so that the server says so. */
    private static final long ENOUGH_BYTES = 64 * 1024;

    private BundleHead() {}

    static long bytes(Path file) throws IOException {
        try (var in = new DataInputStream(Files.newInputStream(file))) {
            return Math.min(Files.size(file), bytes(in));
        }
    }

    private static long bytes(DataInputStream in) throws IOException {
        byte[] header = new byte[BLOCK];
        long at = 0;
        for (int i = 0; i < MOST_FILES; i++) {
            long padded;
            try {
                in.readFully(header);
                long size = Long.parseLong(new String(header, SIZE_AT, SIZE_DIGITS, US_ASCII), 8);
                padded = size + (BLOCK - size % BLOCK) % BLOCK;
                in.skipNBytes(padded);
            } catch (EOFException | NumberFormatException e) {
                return ENOUGH_BYTES;
            }
            at += BLOCK + padded;
            if (new String(header, 0, NAME_BYTES, US_ASCII).startsWith(LAST + '\0')) {
                return at;
            }
        }
        return ENOUGH_BYTES;
    }
}
