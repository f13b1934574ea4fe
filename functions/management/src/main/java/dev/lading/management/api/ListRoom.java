package dev.lading.management.api;

import dev.lading.oci.RegistryException.StoreBusy;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A limit on memory for lists of which much is kept until all was read. A few are read at once, some wait, and more are
 * refused: each holds a worker.
 */
public final class ListRoom {
    /** Entries that need no room: those of a page. */
    private static final int FEW = 1_000;

    /** Lists that are read or wait. */
    private static final int MAX_ADMITTED = 16;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Semaphore admitted = new Semaphore(MAX_ADMITTED);

    /** Permits in entries; fair, or short lists would keep a long one waiting for ever. */
    private final Semaphore entries;

    /** @param most entries that are kept at once, of all lists */
    public ListRoom(int most) {
        this.entries = new Semaphore(most, true);
    }

    /**
     * Reads a list when there is room for it.
     *
     * @param kept at most so many of its entries
     * @throws StoreBusy if there is none within some seconds, or too many wait for it
     */
    public <T> T read(int kept, Supplier<T> list) {
        if (kept <= FEW) {
            return list.get();
        }
        if (!admitted.tryAcquire()) {
            throw busy();
        }
        try {
            take(kept);
            try {
                return list.get();
            } finally {
                entries.release(kept);
            }
        } finally {
            admitted.release();
        }
    }

    private void take(int kept) {
        try {
            if (!entries.tryAcquire(kept, PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw busy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a list waited", e);
        }
    }

    private static StoreBusy busy() {
        return new StoreBusy("as many long lists are read as there is room for", PATIENCE);
    }
}
