package dev.lading.sync.run;

import dev.lading.commit.Staging;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.HexPartition;
import dev.lading.metadata.Key;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The sync of a repository that is under way, or was last: planner, copiers and those who wait for their turn meet here.
 *
 * @param task whose run it is
 * @param staging where manifests and blobs wait; a run that failed leaves it to the next
 * @param staged whether something may wait there, or there are parts of a plan
 * @param planning how far the planner is
 * @param open blobs that are queued and not stored yet
 * @param waiting tasks that want to sync the repository next, in order
 * @param ended whether the task is known to have ended
 * @param discarded a staging area that was let go and of which there are records left
 * @param touched when something happened last
 */
public record SyncRun(
        RepositoryId repository,
        UUID task,
        UUID remote,
        Staging staging,
        boolean staged,
        Planning planning,
        long open,
        SyncFigures figures,
        List<UUID> waiting,
        boolean ended,
        Optional<Staging> discarded,
        Instant touched,
        long revision)
        implements Revised {
    public static final Table<SyncRun> TABLE = new Table<>("sync-run", SyncRun.class, r -> key(r.repository()));

    public SyncRun {
        waiting = waiting == null ? List.of() : List.copyOf(waiting);
        discarded = discarded == null ? Optional.empty() : discarded;
    }

    /**
     * How far the planner is.
     *
     * @param cursor tags up to this one, in their order, were looked at
     * @param parts how many there are of the plan
     * @param complete nothing is added any more
     */
    public record Planning(Optional<String> cursor, int parts, boolean complete) {
        static final Planning NONE = new Planning(Optional.empty(), 0, false);

        public Planning {
            cursor = cursor == null ? Optional.empty() : cursor;
        }
    }

    static Key key(RepositoryId repository) {
        String id = repository.toString();
        return new Key(HexPartition.last(id).toString(), id);
    }

    static SyncRun first(SyncRequest request, UUID task, Instant now) {
        return new SyncRun(
                request.repository(),
                task,
                request.remote(),
                Staging.begin(now),
                false,
                Planning.NONE,
                0,
                SyncFigures.NONE,
                List.of(),
                false,
                Optional.empty(),
                now,
                0);
    }

    /** The next run, which goes on with what this one has fetched. */
    SyncRun next(SyncRequest request, UUID newTask, Instant now) {
        return new SyncRun(
                repository,
                newTask,
                request.remote(),
                staging,
                staged,
                Planning.NONE,
                0,
                SyncFigures.NONE,
                waiting.stream().filter(task -> !task.equals(newTask)).toList(),
                false,
                discarded,
                now,
                revision + 1);
    }

    SyncRun waitedForBy(UUID waitingTask) {
        List<UUID> more =
                Stream.concat(waiting.stream(), Stream.of(waitingTask)).toList();
        return waiting.contains(waitingTask) ? this : with(staging, staged, discarded, more, ended);
    }

    /** Nobody waits for it any more. */
    SyncRun over() {
        return with(staging, staged, discarded, List.of(), true);
    }

    /** With a new staging area in place of the one that is let go. */
    SyncRun released(Instant now) {
        return with(Staging.begin(now), false, Optional.of(staging), waiting, ended);
    }

    SyncRun swept() {
        return with(staging, staged, Optional.empty(), waiting, ended);
    }

    private SyncRun with(
            Staging nowStaging,
            boolean nowStaged,
            Optional<Staging> nowDiscarded,
            List<UUID> nowWaiting,
            boolean nowEnded) {
        return new SyncRun(
                repository,
                task,
                remote,
                nowStaging,
                nowStaged,
                planning,
                open,
                figures,
                nowWaiting,
                nowEnded,
                nowDiscarded,
                touched,
                revision + 1);
    }

    private SyncRun with(boolean nowStaged, Planning nowPlanning, long nowOpen, SyncFigures nowFigures, Instant now) {
        return new SyncRun(
                repository,
                task,
                remote,
                staging,
                nowStaged,
                nowPlanning,
                nowOpen,
                nowFigures,
                waiting,
                ended,
                discarded,
                now,
                revision + 1);
    }

    public SyncRun staging(Instant now) {
        return with(true, planning, open, figures, now);
    }

    public SyncRun planned(Planning nowPlanning, SyncFigures nowFigures, Instant now) {
        return with(staged || nowPlanning.parts() > 0, nowPlanning, open, nowFigures, now);
    }

    public SyncRun opened(long blobs, long bytes, Instant now) {
        return with(staged, planning, open + blobs, figures.missing(blobs, bytes), now);
    }

    /** @param bytes of the blob that were not counted yet */
    public SyncRun closed(long bytes, Instant now) {
        return with(staged, planning, open - 1, figures.fetched(1, bytes), now);
    }

    /** @param blob that is done without, with the reason */
    public SyncRun without(String blob, long bytes, Instant now) {
        return with(staged, planning, open - 1, figures.without(blob, bytes), now);
    }

    public SyncRun copied(long bytes, Instant now) {
        return with(staged, planning, open, figures.fetched(0, bytes), now);
    }

    public boolean isFetched() {
        return planning.complete() && open == 0;
    }
}
