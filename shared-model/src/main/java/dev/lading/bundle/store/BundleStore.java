package dev.lading.bundle.store;

import dev.lading.oci.RegistryException.FieldInvalid;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Bundles as files, by paths within one place that nothing leads out of. */
public interface BundleStore {
    /** The field of Pulp's API that has a path. */
    String FIELD = "path";

    /** Characters of a path. */
    int MAX_PATH = 900;

    /** @throws FieldInvalid if a path, of a file or a folder, does not lead within this place */
    void requireInside(String path);

    /**
     * Stores a file that is there under its path once it is whole. A file that was there is replaced then.
     *
     * @throws FieldInvalid if the path does not lead within this place, or not any more
     */
    Stored write(String path, Content content) throws IOException;

    /**
     * A file to read, or empty where there is none.
     *
     * @throws FieldInvalid if the path does not lead within this place
     */
    Optional<Opened> open(String path) throws IOException;

    /** Where anybody may download a file until {@code validFor} has passed; empty if none can be had by a URL. */
    Optional<URI> link(String path, Duration validFor);

    /** Writes what a file holds. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * A file that was stored.
     *
     * @param path by which it is opened
     * @param sha256 in hex
     */
    record Stored(String path, String sha256) {}

    /**
     * A file that is read.
     *
     * @param content the caller's to close
     */
    record Opened(long sizeBytes, InputStream content) {}
}
