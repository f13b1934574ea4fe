package dev.lading.operation.build;

import dev.lading.oci.Digest;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a builder made, in the order of the plan's platforms.
 *
 * @param dated the date of all that was made
 * @param removal removes it from where the builder put it
 */
public record BuiltImages(List<Image> images, Instant dated, Removal removal) implements AutoCloseable {
    public BuiltImages {
        images = List.copyOf(images);
    }

    /**
     * One platform's image.
     *
     * @param layers from the lowest, not compressed
     * @param contents a list of what is in it, in SPDX or CycloneDX; empty: nothing here makes one
     */
    public record Image(ByteSource configuration, List<Layer> layers, Optional<ByteSource> contents) {
        public Image {
            layers = List.copyOf(layers);
        }
    }

    /** @param digest of its tar, as the configuration lists it */
    public record Layer(Digest digest, ByteSource tar) {}

    /** Removes what is not needed any more. */
    @FunctionalInterface
    public interface Removal {
        void run() throws IOException;
    }

    @Override
    public void close() throws IOException {
        removal.run();
    }
}
