package dev.lading.embedded;

import dev.lading.oci.RegistryException.StoreFull;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells a full disk from other failures, which the JDK's exceptions do only in their messages. */
public final class DiskSpace {
    /** Free space below which a failed write is taken for a full disk. */
    private static final long FULL_BYTES = 1024 * 1024;

    private final Path folder;

    public DiskSpace(Path folder) {
        this.folder = folder;
    }

    /** An operation that writes. */
    @FunctionalInterface
    public interface Write {
        void run() throws IOException;
    }

    /** @throws StoreFull if it fails on a full disk */
    public void guard(Write write) throws IOException {
        try {
            write.run();
        } catch (IOException e) {
            if (explains(e)) {
                throw full();
            }
            throw e;
        }
    }

    /** Whether a write failed because the disk is full. */
    public boolean explains(Exception failure) throws IOException {
        return isFull() || saysFull(failure);
    }

    private boolean isFull() throws IOException {
        return Files.getFileStore(folder).getUsableSpace() < FULL_BYTES;
    }

    public StoreFull full() {
        return new StoreFull("the disk of folder " + folder.getFileName() + " is full");
    }

    /** Whether a message is strerror's for ENOSPC or EDQUOT, or SQLite's for SQLITE_FULL. */
    public static boolean saysFull(Throwable e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("No space left")
                || message.contains("quota exceeded")
                || message.contains("database or disk is full");
    }
}
