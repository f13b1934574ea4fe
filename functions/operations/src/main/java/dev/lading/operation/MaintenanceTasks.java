package dev.lading.operation;

import dev.lading.audit.AuditService;
import dev.lading.cleanup.CleanupService;
import dev.lading.cleanup.CleanupService.Deleted;
import dev.lading.distribution.DistributionService;
import dev.lading.sync.run.SyncRuns;
import dev.lading.task.TaskHandler;
import dev.lading.task.TaskHandler.Outcome;
import dev.lading.task.TaskRun;
import dev.lading.task.TaskState;
import dev.lading.task.Tasks;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Clean-up tasks, run on request and once a day. */
@Singleton
public class MaintenanceTasks implements TaskProvider {
    public static final String PURGE = "pulpcore.app.tasks.purge.purge";
    public static final String CLEAN_UP = "pulpcore.app.tasks.orphan.orphan_cleanup";

    public static final String PURGE_AUDIT = "lading.purge_audit";
    public static final String INDEX_PUBLIC_PATHS = "lading.index_public_paths";

    /** The reservation of cleanups: one at a time is enough. */
    public static final Reservation ORPHANS = Reservation.of("pdrn:orphans");

    private static final Duration REMEMBERED = Duration.ofDays(90);

    private final CleanupService cleanup;
    private final SyncRuns syncs;
    private final InstantSource clock;
    private final Tasks tasks;
    private final ScheduledSyncs schedules;
    private final DistributionService distributions;
    private final AuditService audit;
    private final ReclaimTasks reclaims;

    public MaintenanceTasks(
            CleanupService cleanup,
            SyncRuns syncs,
            InstantSource clock,
            Tasks tasks,
            ScheduledSyncs schedules,
            DistributionService distributions,
            AuditService audit,
            ReclaimTasks reclaims) {
        this.cleanup = cleanup;
        this.syncs = syncs;
        this.clock = clock;
        this.tasks = tasks;
        this.schedules = schedules;
        this.distributions = distributions;
        this.audit = audit;
        this.reclaims = reclaims;
    }

    /**
     * Arguments of {@link #PURGE}.
     *
     * @param states as spelled in the API
     */
    public record Purge(Instant finishedBefore, List<String> states) {
        Set<TaskState> taskStates() {
            return Set.of(TaskState.values()).stream()
                    .filter(state -> states.contains(state.toString()))
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    /** Arguments of {@link #INDEX_PUBLIC_PATHS}. */
    public record Indexing() {}

    /** Arguments of {@link #PURGE_AUDIT}. */
    public record AuditPurge() {}

    /** Arguments of {@link #CLEAN_UP}. */
    public record Cleanup(Duration protection) {}

    /**
     * Starts the daily tasks: a clean-up, purges of what is 90 days old, a check of all schedules, a reclaim of what is
     * only streamed, and evictions.
     */
    public void startDaily(Instant now) {
        start(CLEAN_UP, new Cleanup(CleanupService.DEFAULT_PROTECTION), ORPHANS);
        Purge purge = new Purge(now.minus(REMEMBERED), List.of("completed", "failed", "canceled"));
        start(PURGE, purge, Reservation.of(PURGE));
        start(PURGE_AUDIT, new AuditPurge(), Reservation.of(PURGE_AUDIT));
        schedules.followAll();
        reclaims.startDaily();
        indexPublicPaths();
    }

    /** Starts a task that indexes what an earlier build did not; once in the life of a table. */
    private void indexPublicPaths() {
        if (!distributions.isIndexed()) {
            start(INDEX_PUBLIC_PATHS, new Indexing(), Reservation.of(INDEX_PUBLIC_PATHS));
        }
    }

    private void start(String name, Record arguments, Reservation reservation) {
        tasks.dispatch(reservation.request(name, arguments, "daily"));
    }

    @Override
    public List<TaskHandler> handlers() {
        return List.of(
                new JsonTask<>(PURGE, true, Purge.class, this::purge),
                new JsonTask<>(INDEX_PUBLIC_PATHS, true, Indexing.class, this::index),
                new JsonTask<>(PURGE_AUDIT, true, AuditPurge.class, this::purgeAudit),
                new JsonTask<>(CLEAN_UP, true, Cleanup.class, this::cleanUp));
    }

    private Outcome index(Indexing arguments, TaskRun run) {
        distributions.index(done -> run.report("index.paths", "Public base paths indexed", done, Optional.empty()));
        return Outcome.NOTHING;
    }

    private Outcome purgeAudit(AuditPurge arguments, TaskRun run) {
        audit.forgetOld();
        return Outcome.NOTHING;
    }

    private Outcome purge(Purge purge, TaskRun run) {
        tasks.purge(purge.taskStates(), purge.finishedBefore(), run);
        return Outcome.NOTHING;
    }

    private Outcome cleanUp(Cleanup arguments, TaskRun run) throws IOException {
        Duration missing = CleanupService.LEAST_PROTECTION.minus(arguments.protection());
        letPushesEnd(missing, run);
        Duration protection = missing.isPositive() ? CleanupService.LEAST_PROTECTION : arguments.protection();
        syncs.letGo(clock.instant().minus(protection));
        Deleted deleted = cleanup.cleanUp(protection, far -> report(far, run));
        report(deleted, run);
        Map<String, Long> result = Map.of(
                "records", deleted.rows() + deleted.pendingBlobs(),
                "blobs", deleted.blobs(),
                "uploads", deleted.uploads());
        return new Outcome(List.of(), Optional.of(TaskJson.write(result)));
    }

    /** Waits for pushes under way: content without protection is still deleted as requested, only a little later. */
    private static void letPushesEnd(Duration time, TaskRun run) {
        long seconds = Math.max(0, time.toSeconds());
        try {
            for (long waited = 0; waited < seconds; waited++) {
                run.report("clean-up.wait", "Seconds given to pushes under way", waited, Optional.of(seconds));
                Thread.sleep(Duration.ofSeconds(1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while pushes end", e);
        }
    }

    private static void report(Deleted deleted, TaskRun run) {
        run.report("clean-up.content", "Records deleted", deleted.rows() + deleted.pendingBlobs(), Optional.empty());
        run.report("clean-up.artifacts", "Blobs deleted", deleted.blobs(), Optional.empty());
        run.report("clean-up.uploads", "Uploads given up", deleted.uploads(), Optional.empty());
    }
}
