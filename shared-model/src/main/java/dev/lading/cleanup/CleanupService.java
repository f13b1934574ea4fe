package dev.lading.cleanup;

import dev.lading.metadata.HexPartition;
import dev.lading.metadata.MetadataStore;
import dev.lading.upload.UploadService;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * Deletes what no repository version holds, once it has not been needed for the protection time. Any number may run at
 * once, beside pushes, mounts and copies; one that dies is continued by the next. Reads page by page, and stops where its
 * listener throws.
 */
public final class CleanupService {
    /** As Pulp's ORPHAN_PROTECTION_TIME. */
    public static final Duration DEFAULT_PROTECTION = Duration.ofDays(1);

    /** A push needs its blobs from their upload to its manifest: with less than this, pushes under way fail. */
    public static final Duration LEAST_PROTECTION = Duration.ofSeconds(5);

    private final MetadataStore store;
    private final HistoryCleanup histories;
    private final UploadService uploads;
    private final InstantSource clock;

    public CleanupService(MetadataStore store, HistoryCleanup histories, UploadService uploads, InstantSource clock) {
        this.store = store;
        this.histories = histories;
        this.uploads = uploads;
        this.clock = clock;
    }

    /**
     * What was deleted so far.
     *
     * @param repositories that were looked at
     * @param rows of histories that no version shows any more
     * @param pendingBlobs that no manifest came for
     * @param blobs of which the bytes are gone, large manifests among them
     * @param uploads that were given up
     */
    public record Deleted(long repositories, long rows, long pendingBlobs, long blobs, long uploads) {
        static final Deleted NOTHING = new Deleted(0, 0, 0, 0, 0);

        Deleted plus(HistoryCleanup.Freed freed) {
            return new Deleted(repositories + 1, rows + freed.rows(), pendingBlobs + freed.blobs(), blobs, uploads);
        }

        Deleted plusBlobs(long more) {
            return new Deleted(repositories, rows, pendingBlobs, blobs + more, uploads);
        }

        Deleted plusUploads(long more) {
            return new Deleted(repositories, rows, pendingBlobs, blobs, uploads + more);
        }
    }

    /**
     * Uploads have a time of their own after which they are given up.
     *
     * @param protection how long what is not needed any more is left alone
     * @param progress told again and again; may throw to stop
     */
    public Deleted cleanUp(Duration protection, Consumer<Deleted> progress) throws IOException {
        Instant before = clock.instant().minus(protection);
        var deleted = new Deleted[] {Deleted.NOTHING};
        histories.run(before, freed -> {
            deleted[0] = deleted[0].plus(freed);
            progress.accept(deleted[0]);
        });
        var bytes = new OrphanedBytes(store, uploads, before);
        for (HexPartition partition : HexPartition.ALL) {
            deleted[0] = deleted[0].plusBlobs(bytes.delete(partition));
            progress.accept(deleted[0]);
        }
        deleted[0] = deleted[0].plusUploads(uploads.sweep());
        progress.accept(deleted[0]);
        return deleted[0];
    }
}
