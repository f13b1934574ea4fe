package dev.lading.management.status;

import java.util.Optional;

/** How full the place is that blobs are kept in. */
@FunctionalInterface
public interface StorageFigures {
    /** Where counting would read everything, as in a bucket. */
    StorageFigures UNKNOWN = () -> new Bytes(Optional.empty(), Optional.empty(), Optional.empty());

    Bytes bytes();

    /** Empty: not known, as on S3. */
    record Bytes(Optional<Long> total, Optional<Long> used, Optional<Long> free) {}
}
