package dev.lading.cli.bundle;

import dev.lading.cli.api.CommandFailure;
import dev.lading.cli.api.ProgressLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** A bundle on its way here: counted, and hashed, so that whoever carries it on can check the copy. */
final class BundleDownload {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final long MEBIBYTE = 1024 * 1024;

    private final Optional<ProgressLine> progress;
    private final MessageDigest hash;
    private String sha256 = "";
    private long bytes;

    BundleDownload(Optional<ProgressLine> progress) {
        this.progress = progress;
        try {
            this.hash = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Writes to a file that has its name once it is whole and on the disk. */
    @FunctionalInterface
    interface Source {
        void writeTo(OutputStream file) throws IOException;
    }

    static void intoFile(Path file, Source source) throws IOException {
        requireAbsent(file);
        replace(file, source);
    }

    /** Writes in place of a file that may be there. */
    static void replace(Path file, Source source) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (FileChannel channel = FileChannel.open(
                part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            source.writeTo(Channels.newOutputStream(channel));
            channel.force(true);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(part);
            throw e;
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    static void requireAbsent(Path file) {
        if (Files.exists(file)) {
            throw CommandFailure.usage("there is a file " + file + " already");
        }
    }

    void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            out.write(buffer, 0, count);
            hash.update(buffer, 0, count);
            bytes += count;
            progress.ifPresent(line -> line.show("exporting", bytes / MEBIBYTE + " MiB"));
        }
        out.flush();
        sha256 = HexFormat.of().formatHex(hash.digest());
        progress.ifPresent(ProgressLine::clear);
    }

    long bytes() {
        return bytes;
    }

    String sha256() {
        return sha256;
    }
}
