package dev.lading.bundle.store;

import dev.lading.oci.RegistryException.FieldInvalid;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Bundles as files, by paths within one place that nothing leads out of. */
public interface BundleStore {
    /** The field of Pulp's API that has a path. */
    String FIELD = "path";

    /** Characters of a path. */
    int MAX_PATH = 900;

    /** @throws FieldInvalid if a path, of a file or a folder, does not lead within this place */
    void requireInside(String path);

    /** Stores a file in one run. */
    default Stored write(String path, Content content) throws IOException {
        return switch (write(path, content, Begun.NOTHING, () -> false)) {
            case Stored stored -> stored;
            case Begun begun -> throw new IllegalStateException(path + " was left unfinished");
        };
    }

    /**
     * Stores a file that is there under its path once it is whole. A file that was there is replaced then.
     *
     * @param content the same in each run
     * @param from where the run before ended
     * @param isTimeUp whether to end this run, where another one can go on
     * @throws FieldInvalid if the path does not lead within this place, or not any more
     */
    Result write(String path, Content content, Begun from, BooleanSupplier isTimeUp) throws IOException;

    /** Drops what runs have left of a file that is not whole. Idempotent. */
    void drop(String path, Begun begun);

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

    /** How a run ended. */
    sealed interface Result permits Stored, Begun {}

    /**
     * A file of which another run writes the rest.
     *
     * @param state of its place, as text
     */
    record Begun(String state, long sizeBytes) implements Result {
        public static final Begun NOTHING = new Begun("", 0);
    }

    /**
     * A file that was stored.
     *
     * @param path by which it is opened
     * @param sha256 in hex
     */
    record Stored(String path, String sha256) implements Result {}

    /**
     * A file that is read.
     *
     * @param content the caller's to close
     */
    record Opened(long sizeBytes, InputStream content) {}
}
