package dev.lading.console.status;

import dev.lading.management.status.StorageFigures;
import java.util.Optional;

/** The disk that holds blobs. */
public record Disk(long total, long used, long free) {
    private static final int PERCENT = 100;

    /** Share of the disk, in percent, from which there is little room. */
    private static final int LITTLE = 90;

    /** Empty: nobody counts, as in a bucket. */
    static Optional<Disk> of(StorageFigures.Bytes bytes) {
        return bytes.total()
                .filter(total -> total > 0)
                .map(total ->
                        new Disk(total, bytes.used().orElse(0L), bytes.free().orElse(0L)));
    }

    public long percent() {
        return used + free <= 0 ? 0 : Math.clamp(PERCENT * used / (used + free), 0, PERCENT);
    }

    public int little() {
        return LITTLE;
    }

    boolean isLittle() {
        return percent() >= LITTLE;
    }
}
