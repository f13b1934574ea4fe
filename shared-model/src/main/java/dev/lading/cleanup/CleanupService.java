package dev.lading.cleanup;

import dev.lading.metadata.HexPartition;
import dev.lading.metadata.MetadataStore;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import dev.lading.upload.UploadService;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Deletes what no repository version has needed for the protection time. Any number may run at once, beside pushes,
 * mounts and copies; one that dies is continued by the next. Reads page by page, and stops when its listener throws.
 */
public final class CleanupService {
    /** The default of Pulp's ORPHAN_PROTECTION_TIME. */
    public static final Duration DEFAULT_PROTECTION = Duration.ofDays(1);

    /**
     * The shortest protection. A push needs its blobs from their upload to its manifest; with less than this, pushes
     * under way fail.
     */
    public static final Duration LEAST_PROTECTION = Duration.ofSeconds(5);

    private static final int PAGE = 500;

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
     * Counts of what was deleted so far.
     *
     * @param repositories visited
     * @param rows of histories that no version shows any more
     * @param pendingBlobs for which no manifest came
     * @param blobs whose bytes were deleted, large manifests among them
     * @param uploads abandoned by their clients
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
     * Runs a clean-up. Uploads have an expiry of their own.
     *
     * @param protection how long unneeded content is kept
     * @param progress called repeatedly; may throw to stop
     */
    public Deleted cleanUp(Duration protection, Consumer<Deleted> progress) throws IOException {
        Instant before = clock.instant().minus(protection);
        var deleted = new Deleted[] {Deleted.NOTHING};
        histories.run(before, freed -> {
            deleted[0] = deleted[0].plus(freed);
            progress.accept(deleted[0]);
        });
        Stream<RemoteId> remotes = store.stream(Remote.TABLE, Remote.all(PAGE)).map(Remote::id);
        var bytes = new OrphanedBytes(store, uploads, remotes, before);
        for (HexPartition partition : HexPartition.ALL) {
            deleted[0] = deleted[0].plusBlobs(bytes.delete(partition));
            progress.accept(deleted[0]);
        }
        deleted[0] = deleted[0].plusUploads(uploads.sweep());
        progress.accept(deleted[0]);
        return deleted[0];
    }
}
