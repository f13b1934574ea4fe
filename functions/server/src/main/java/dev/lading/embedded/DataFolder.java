package dev.lading.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The folder of all the server's data: {@code format} (a number), {@code lock}, {@code lading.db}, {@code blobs/} and
 * {@code secrets/}. One process at a time. Only its owner can read it, whatever the umask.
 */
public final class DataFolder implements AutoCloseable {
    /** Format of the whole folder. A server refuses a folder with a higher one. */
    static final int FORMAT = 2;

    private static final Logger LOG = Logger.getLogger(DataFolder.class);

    /**
     * Folders this process has open. Closing any channel of a file drops the process's locks on it, so a folder must
     * not be opened twice.
     */
    private static final Set<Path> OPENED_HERE = ConcurrentHashMap.newKeySet();

    private final Path root;
    private final Path real;
    private final FileChannel lockFile;

    /** Held until closed; the kernel releases it when the process dies. */
    private final FileLock lock;

    private DataFolder(Path root, Path real, FileChannel lockFile, FileLock lock) {
        this.root = root;
        this.real = real;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /** A problem that the operator must solve; the message says how. */
    public static sealed class Unusable extends IOException {
        Unusable(String message) {
            super(message);
        }
    }

    /** Another process has it open. */
    public static final class InUse extends Unusable {
        private InUse(Path root) {
            super("data folder '" + root
                    + "' is in use by another server; stop that one, or choose another folder with --data");
        }
    }

    /**
     * Opens a folder, and makes it where there is none.
     *
     * @throws InUse if another process has it open
     * @throws Unusable if a newer server made it
     */
    public static DataFolder open(Path root) throws IOException {
        OwnerOnly.folder(root);
        Path real = root.toRealPath();
        if (!OPENED_HERE.add(real)) {
            throw new InUse(root);
        }
        DataFolder folder;
        try {
            folder = lock(root, real);
        } catch (IOException | RuntimeException e) {
            OPENED_HERE.remove(real);
            throw e;
        }
        try {
            folder.checkFormat();
            folder.takeFromOthers();
            return folder;
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private static DataFolder lock(Path root, Path real) throws IOException {
        FileChannel lockFile = FileChannel.open(
                root.resolve("lock"), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OwnerOnly.file());
        FileLock lock = lockFile.tryLock();
        if (lock == null) {
            lockFile.close();
            throw new InUse(root);
        }
        return new DataFolder(root, real, lockFile, lock);
    }

    private void checkFormat() throws IOException {
        Path format = root.resolve("format");
        if (!Files.exists(format)) {
            if (Files.exists(database())) {
                throw new Unusable("data folder '" + root + "' has a database but no 'format' file: restore it whole");
            }
            writeWhole(format, FORMAT + "\n");
            return;
        }
        String found = Files.readString(format).strip();
        if (!found.equals(Integer.toString(FORMAT))) {
            throw new Unusable("data folder '" + root + "' has format '" + found + "', this server knows " + FORMAT
                    + "; use the version of Lading that made it");
        }
    }

    /**
     * Restricts folders and files that were created with the umask's permissions. Blobs, of which there may be
     * millions, are skipped: only the owner can enter the folders above them.
     */
    private void takeFromOthers() throws IOException {
        List<Path> ours = new ArrayList<>(List.of(root, root.resolve("lock"), root.resolve("format")));
        for (String suffix : List.of("", "-wal", "-shm")) {
            ours.add(database().resolveSibling(database().getFileName() + suffix));
        }
        ours.addAll(List.of(blobs(), secrets()));
        if (Files.isDirectory(secrets())) {
            try (Stream<Path> files = Files.list(secrets())) {
                files.forEach(ours::add);
            }
        }
        List<Path> open = new ArrayList<>();
        for (Path path : ours) {
            if (Files.exists(path) && !OwnerOnly.take(path)) {
                open.add(path);
            }
        }
        if (!open.isEmpty()) {
            LOG.warnf(
                    "others than its owner may read %s, and this process cannot change that; as the owner say"
                            + " chmod -R go= '%s', or mount it for this user alone",
                    open, root);
        }
    }

    public Path root() {
        return root;
    }

    public Path database() {
        return root.resolve("lading.db");
    }

    public Path blobs() {
        return root.resolve("blobs");
    }

    public Path secrets() {
        return root.resolve("secrets");
    }

    /** Writes a file atomically, with access for its owner only from the first byte on. */
    static void writeWhole(Path file, String text) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        try (FileChannel channel = FileChannel.open(
                draft, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OwnerOnly.file())) {
            channel.write(StandardCharsets.UTF_8.encode(text));
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        lock.release();
        lockFile.close();
        OPENED_HERE.remove(real);
    }
}
