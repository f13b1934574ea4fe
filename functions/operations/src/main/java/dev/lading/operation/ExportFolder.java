package dev.lading.operation;

import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.FieldInvalid;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;

/** The one folder below which exporters write. No path leads out of it, by dots or by links. */
public final class ExportFolder {
    private static final String FIELD = "path";
    private static final int MAX_PATH = 1000;

    private final Path root;

    public ExportFolder(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** A file that was written. */
    record Written(String path, String sha256) {}

    /** Writes what a file holds. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** @throws FieldInvalid if a path does not lead below this folder */
    public void require(String path) {
        Path _ = below(path);
    }

    private Path below(String path) {
        try {
            Path resolved = root.resolve(path).normalize();
            if (path.length() <= MAX_PATH && resolved.startsWith(root)) {
                return resolved;
            }
        } catch (InvalidPathException e) {
            throw outside(path);
        }
        throw outside(path);
    }

    /**
     * Writes a file that has its name once it is whole and on the disk. A file of that name is replaced.
     *
     * @throws FieldInvalid if the path does not lead below this folder, or not any more
     */
    Written write(String path, String name, Content content) throws IOException {
        Path folder = below(path);
        Files.createDirectories(root);
        makeBelow(folder);
        Path file = folder.resolve(name);
        Path part = folder.resolve(name + ".part");
        Files.deleteIfExists(part);
        MessageDigest hash = Digest.hasher(Digest.SHA256);
        try (FileChannel channel = FileChannel.open(
                part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            content.writeTo(new DigestOutputStream(Channels.newOutputStream(channel), hash));
            channel.force(true);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(part);
            throw e;
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel written = FileChannel.open(folder, StandardOpenOption.READ)) {
            written.force(true);
        }
        return new Written(
                file.toString(), Digest.finish(Digest.SHA256, hash.digest()).hex());
    }

    /** Makes each folder that is missing, and follows none that is a link. */
    private void makeBelow(Path folder) throws IOException {
        Path reached = root;
        for (Path next : root.relativize(folder)) {
            reached = reached.resolve(next);
            if (Files.isSymbolicLink(reached)) {
                throw outside(folder.toString());
            }
            if (!Files.isDirectory(reached, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(reached);
            }
        }
    }

    private FieldInvalid outside(String path) {
        return new FieldInvalid(
                FIELD, "'" + path + "' does not lead below " + root + ", the folder of the server's --exports-folder");
    }
}
