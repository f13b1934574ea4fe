package dev.lading.embedded;

import dev.lading.bundle.store.BundleStore;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.FieldInvalid;
import java.io.IOException;
import java.net.URI;
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
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Bundles in a folder of the server. No path leads out of it, by dots or by links. */
public final class FileBundleStore implements BundleStore {
    private final Path root;
    private final String option;

    /** @param option of the server that names the folder */
    public FileBundleStore(Path root, String option) {
        this.root = root.toAbsolutePath().normalize();
        this.option = option;
    }

    @Override
    public void requireInside(String path) {
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

    private Path fileBelow(String path) {
        Path file = below(path);
        if (file.equals(root)) {
            throw outside(path);
        }
        return file;
    }

    @Override
    public Stored write(String path, Content content, Begun from, BooleanSupplier isTimeUp) throws IOException {
        Path file = fileBelow(path);
        Path folder = file.resolveSibling("");
        Files.createDirectories(root);
        makeBelow(folder);
        Path part = file.resolveSibling(file.getFileName() + ".part");
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
        return new Stored(
                file.toString(), Digest.finish(Digest.SHA256, hash.digest()).hex());
    }

    /** Every run is whole here. */
    @Override
    public void drop(String path, Begun begun) {}

    /** Makes each folder that is missing, and follows none that is a link. */
    private void makeBelow(Path folder) throws IOException {
        requireNoLink(folder);
        Path reached = root;
        for (Path next : root.relativize(folder)) {
            reached = reached.resolve(next);
            if (!Files.isDirectory(reached, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(reached);
            }
        }
    }

    private void requireNoLink(Path path) {
        Path reached = root;
        for (Path next : root.relativize(path)) {
            reached = reached.resolve(next);
            if (Files.isSymbolicLink(reached)) {
                throw outside(path.toString());
            }
        }
    }

    @Override
    public Optional<Opened> open(String path) throws IOException {
        Path file = below(path);
        requireNoLink(file);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        return Optional.of(new Opened(channel.size(), Channels.newInputStream(channel)));
    }

    @Override
    public Optional<URI> link(String path, Duration validFor) {
        return Optional.empty();
    }

    private FieldInvalid outside(String path) {
        return new FieldInvalid(
                FIELD, "'" + path + "' does not lead below " + root + ", the folder of the server's " + option);
    }
}
