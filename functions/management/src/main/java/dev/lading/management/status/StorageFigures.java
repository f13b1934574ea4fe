package dev.lading.management.status;

import java.util.Optional;

/** Usage of the storage that holds blobs. */
@FunctionalInterface
public interface StorageFigures {
    /** Figures where counting would read everything, as in a bucket. */
    StorageFigures UNKNOWN = () -> new Bytes(Optional.empty(), Optional.empty(), Optional.empty());

    Bytes bytes();

    /** Sizes in bytes; empty: not known, as on S3. */
    record Bytes(Optional<Long> total, Optional<Long> used, Optional<Long> free) {}
}
