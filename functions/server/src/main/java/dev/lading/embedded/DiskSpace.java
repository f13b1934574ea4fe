package dev.lading.embedded;

import dev.lading.oci.RegistryException.StoreFull;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells a full disk from other failures, which the JDK's exceptions do only in words. */
public final class DiskSpace {
    /** Less than this and a failed write is taken for a lack of room. */
    private static final long FULL_BYTES = 1024 * 1024;

    private final Path folder;

    public DiskSpace(Path folder) {
        this.folder = folder;
    }

    /** Something that writes. */
    @FunctionalInterface
    public interface Write {
        void run() throws IOException;
    }

    /** @throws StoreFull if it fails for lack of room */
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

    /** Whether a write failed for lack of room. */
    public boolean explains(Exception failure) throws IOException {
        return isFull() || saysFull(failure);
    }

    private boolean isFull() throws IOException {
        return Files.getFileStore(folder).getUsableSpace() < FULL_BYTES;
    }

    public StoreFull full() {
        return new StoreFull("the disk of folder " + folder.getFileName() + " is full");
    }

    /** By the words of strerror for ENOSPC and EDQUOT, and of SQLite for SQLITE_FULL. */
    public static boolean saysFull(Throwable e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("No space left")
                || message.contains("quota exceeded")
                || message.contains("database or disk is full");
    }
}
