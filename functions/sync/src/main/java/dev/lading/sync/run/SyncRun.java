package dev.lading.sync.run;

import dev.lading.commit.Staging;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.HexPartition;
import dev.lading.metadata.Key;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.remote.RemoteId;
import dev.lading.task.TaskId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The present or last sync of a repository: shared by its planner, its copiers and the tasks waiting for their turn.
 *
 * @param task whose run it is
 * @param staging area of its manifests and blobs; a failed run leaves it to the next
 * @param staged whether the area may have content, or a plan has parts
 * @param planning the planner's progress
 * @param open number of blobs queued and not stored yet
 * @param waiting tasks that will sync the repository next, in order
 * @param ended whether the task is known to have ended
 * @param discarded a released staging area of which there are records left
 * @param touched time of the last change
 */
public record SyncRun(
        RepositoryId repository,
        TaskId task,
        RemoteId remote,
        Staging staging,
        boolean staged,
        Planning planning,
        long open,
        SyncFigures figures,
        List<TaskId> waiting,
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
     * A planner's progress.
     *
     * @param cursor the last visited tag, in their order
     * @param parts of the plan so far
     * @param complete whether no more follow
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

    static SyncRun first(SyncRequest request, TaskId task, Instant now) {
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

    /** The next run, which takes over what this one has fetched. */
    SyncRun next(SyncRequest request, TaskId newTask, Instant now) {
        return copy(copy -> {
            copy.task = newTask;
            copy.remote = request.remote();
            copy.planning = Planning.NONE;
            copy.open = 0;
            copy.figures = SyncFigures.NONE;
            copy.waiting =
                    waiting.stream().filter(task -> !task.equals(newTask)).toList();
            copy.ended = false;
            copy.touched = now;
        });
    }

    SyncRun waitedForBy(TaskId waitingTask) {
        List<TaskId> more =
                Stream.concat(waiting.stream(), Stream.of(waitingTask)).toList();
        return waiting.contains(waitingTask) ? this : copy(copy -> copy.waiting = more);
    }

    /** This run, ended, with no task waiting. */
    SyncRun over() {
        return copy(copy -> {
            copy.waiting = List.of();
            copy.ended = true;
        });
    }

    /** This run with a new staging area in place of the released one. */
    SyncRun released(Instant now) {
        return copy(copy -> {
            copy.staging = Staging.begin(now);
            copy.staged = false;
            copy.discarded = Optional.of(staging);
        });
    }

    SyncRun swept() {
        return copy(copy -> copy.discarded = Optional.empty());
    }

    public SyncRun staging(Instant now) {
        return touched(now, copy -> copy.staged = true);
    }

    public SyncRun planned(Planning nowPlanning, SyncFigures nowFigures, Instant now) {
        return touched(now, copy -> {
            copy.staged = staged || nowPlanning.parts() > 0;
            copy.planning = nowPlanning;
            copy.figures = nowFigures;
        });
    }

    public SyncRun opened(long blobs, long bytes, Instant now) {
        return touched(now, copy -> {
            copy.open = open + blobs;
            copy.figures = figures.missing(blobs, bytes);
        });
    }

    /** @param bytes of the blob that were not counted yet */
    public SyncRun closed(long bytes, Instant now) {
        return touched(now, copy -> {
            copy.open = open - 1;
            copy.figures = figures.fetched(1, bytes);
        });
    }

    /** @param blob that is left out, with the reason */
    public SyncRun without(String blob, long bytes, Instant now) {
        return touched(now, copy -> {
            copy.open = open - 1;
            copy.figures = figures.without(blob, bytes);
        });
    }

    public SyncRun copied(long bytes, Instant now) {
        return touched(now, copy -> copy.figures = figures.fetched(0, bytes));
    }

    private SyncRun touched(Instant now, Consumer<Copy> change) {
        return copy(copy -> {
            change.accept(copy);
            copy.touched = now;
        });
    }

    private SyncRun copy(Consumer<Copy> change) {
        var copy = new Copy(this);
        change.accept(copy);
        return copy.made();
    }

    /** A copy before it is made: what a change does not set stays as it is. Only here are all components listed. */
    private static final class Copy {
        private final SyncRun original;
        private TaskId task;
        private RemoteId remote;
        private Staging staging;
        private boolean staged;
        private Planning planning;
        private long open;
        private SyncFigures figures;
        private List<TaskId> waiting;
        private boolean ended;
        private Optional<Staging> discarded;
        private Instant touched;

        Copy(SyncRun original) {
            this.original = original;
            this.task = original.task;
            this.remote = original.remote;
            this.staging = original.staging;
            this.staged = original.staged;
            this.planning = original.planning;
            this.open = original.open;
            this.figures = original.figures;
            this.waiting = original.waiting;
            this.ended = original.ended;
            this.discarded = original.discarded;
            this.touched = original.touched;
        }

        SyncRun made() {
            return new SyncRun(
                    original.repository,
                    task,
                    remote,
                    staging,
                    staged,
                    planning,
                    open,
                    figures,
                    waiting,
                    ended,
                    discarded,
                    touched,
                    original.revision + 1);
        }
    }

    public boolean isFetched() {
        return planning.complete() && open == 0;
    }
}
