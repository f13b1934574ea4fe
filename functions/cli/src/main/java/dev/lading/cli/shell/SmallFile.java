package dev.lading.cli.shell;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads settings and secrets, which are short: a longer file was named by mistake. */
public final class SmallFile {
    private static final int MOST_BYTES = 64 * 1024;

    private SmallFile() {}

    public static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in);
        }
    }

    public static String read(InputStream in) throws IOException {
        byte[] content = in.readNBytes(MOST_BYTES + 1);
        if (content.length > MOST_BYTES) {
            throw new IOException("it is longer than 64 KiB");
        }
        return new String(content, StandardCharsets.UTF_8);
    }

    /** The only line of a file with a secret. */
    public static String line(String text) throws IOException {
        String line = text.strip();
        if (line.isEmpty() || line.lines().count() != 1) {
            throw new IOException("it must have one line");
        }
        return line;
    }
}
