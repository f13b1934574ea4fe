package dev.lading.sync.run;

import dev.lading.task.TaskRun;
import java.util.Optional;

/**
 * Progress of a run.
 *
 * @param tags visited, of those wanted
 * @param wantedTags empty: not known yet
 * @param manifests wanted, held or not
 * @param absent manifests that others refer to and the upstream lacks
 * @param blobs fetched
 * @param missingBlobs to fetch, fetched or not
 * @param bytes of blobs, fetched
 * @param missingBytes to fetch, fetched or not
 * @param leftOut by the planner
 * @param lost blobs that the upstream refuses; what needs them is left out, too
 */
public record SyncFigures(
        long tags,
        Optional<Long> wantedTags,
        long manifests,
        long absent,
        long blobs,
        long missingBlobs,
        long bytes,
        long missingBytes,
        LeftOut leftOut,
        LeftOut lost) {
    static final SyncFigures NONE = new SyncFigures(0, Optional.empty(), 0, 0, 0, 0, 0, 0, LeftOut.NONE, LeftOut.NONE);

    public SyncFigures {
        leftOut = leftOut == null ? LeftOut.NONE : leftOut;
        lost = lost == null ? LeftOut.NONE : lost;
    }

    /** Figures of a planner alone. */
    public static SyncFigures looked(long tags, long wantedTags, long manifests, long absent, LeftOut leftOut) {
        return new SyncFigures(tags, Optional.of(wantedTags), manifests, absent, 0, 0, 0, 0, leftOut, LeftOut.NONE);
    }

    /** These figures of the copiers with another's of the planner. */
    public SyncFigures looked(SyncFigures planner) {
        return planner.with(blobs, missingBlobs, bytes, missingBytes, lost);
    }

    SyncFigures missing(long moreBlobs, long moreBytes) {
        return with(blobs, missingBlobs + moreBlobs, bytes, missingBytes + moreBytes, lost);
    }

    SyncFigures fetched(long moreBlobs, long moreBytes) {
        return with(blobs + moreBlobs, missingBlobs, bytes + moreBytes, missingBytes, lost);
    }

    /** @param blob with the reason */
    SyncFigures without(String blob, long blobBytes) {
        return with(blobs, missingBlobs - 1, bytes, Math.max(bytes, missingBytes - blobBytes), lost.with(blob));
    }

    /** The copiers' figures from here, and the planner's from this. */
    private SyncFigures with(long nowBlobs, long nowMissing, long nowBytes, long nowMissingBytes, LeftOut nowLost) {
        return new SyncFigures(
                tags, wantedTags, manifests, absent, nowBlobs, nowMissing, nowBytes, nowMissingBytes, leftOut, nowLost);
    }

    /** @param planned whether totals are final */
    public void report(TaskRun run, boolean planned) {
        run.report("sync.tags", "Tags looked at", tags, wantedTags);
        run.report("sync.manifests", "Manifests looked at", manifests, total(planned, manifests));
        run.report("sync.blobs", "Blobs fetched", blobs, total(planned, missingBlobs));
        run.report("sync.bytes", "Bytes of blobs fetched", bytes, total(planned, missingBytes));
        if (absent > 0) {
            run.report("sync.absent", "Manifests that the upstream names and lacks", absent, Optional.of(absent));
        }
        LeftOut all = leftOut.and(lost);
        if (all.count() > 0) {
            run.report("sync.left_out", all.sentence(), all.count(), Optional.of(all.count()));
        }
    }

    private static Optional<Long> total(boolean planned, long total) {
        return planned ? Optional.of(total) : Optional.empty();
    }
}
