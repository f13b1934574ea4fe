package dev.lading.blob;

import dev.lading.oci.RegistryException.SpoolFull;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/**
 * The folder of files in which parts are gathered on their way to S3; memory would not hold many uploads. With a limit,
 * each writer has room for one part reserved before it takes a byte, and whoever finds none is refused.
 */
public final class SpoolFolder {
    private static final long MIB = 1024L * 1024;

    /** Unlimited, parts grow, so that any size S3 takes has few of them. */
    private static final long PART_MAX_BYTES = 4096 * MIB;

    /** With S3's 10,000 parts, this takes blobs of 300 GB. */
    private static final long LIMITED_PART_MAX_BYTES = 32 * MIB;

    /** A part, and what the buffer that filled it had more. */
    private static final long RESERVED_BYTES = LIMITED_PART_MAX_BYTES + MIB;

    private final Path folder;
    private final long partMaxBytes;
    private final Semaphore writers;

    private SpoolFolder(Path folder, long partMaxBytes, int writers) {
        this.folder = folder;
        this.partMaxBytes = partMaxBytes;
        this.writers = new Semaphore(writers);
    }

    /** A folder that takes as much as its disk has. */
    public static SpoolFolder unlimited(Path folder) {
        return new SpoolFolder(folder, PART_MAX_BYTES, Integer.MAX_VALUE);
    }

    /**
     * A folder that never holds more than {@code mib} MiB.
     *
     * @throws IllegalArgumentException if not one upload has room in it
     */
    public static SpoolFolder limited(Path folder, int mib) {
        long writers = mib * MIB / RESERVED_BYTES;
        if (writers < 1) {
            throw new IllegalArgumentException(
                    "a spool of " + mib + " MiB has room for no upload, which needs " + RESERVED_BYTES / MIB);
        }
        return new SpoolFolder(folder, LIMITED_PART_MAX_BYTES, Math.toIntExact(writers));
    }

    /** The size that parts grow to. */
    long partMaxBytes() {
        return partMaxBytes;
    }

    /**
     * A new file of one writer, who must {@link #remove} it.
     *
     * @throws SpoolFull if there is no room
     */
    Path create() throws IOException {
        if (!writers.tryAcquire()) {
            throw new SpoolFull();
        }
        try {
            return Files.createTempFile(folder, "part-", ".spool");
        } catch (IOException | RuntimeException e) {
            writers.release();
            throw e;
        }
    }

    void remove(Path file) throws IOException {
        Files.delete(file);
        writers.release();
    }
}
