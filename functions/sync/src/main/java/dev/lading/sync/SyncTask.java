package dev.lading.sync;

import dev.lading.curation.CurationService;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.RecordJson;
import dev.lading.oci.RegistryException.UpstreamFailed;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteKind;
import dev.lading.remote.RemoteService;
import dev.lading.repository.RepositoryService;
import dev.lading.sync.copy.Upstreams;
import dev.lading.sync.plan.Planner;
import dev.lading.sync.run.SyncPart;
import dev.lading.sync.run.SyncRequest;
import dev.lading.sync.run.SyncRun;
import dev.lading.sync.run.SyncRuns;
import dev.lading.sync.run.SyncRuns.Superseded;
import dev.lading.task.Task;
import dev.lading.task.TaskHandler;
import dev.lading.task.TaskRun;
import dev.lading.task.Tasks;
import dev.lading.upstream.transport.UpstreamException;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Syncs a repository from a remote. The task is delivered to plan, again if the planner ran out of time, and again to
 * commit once all is fetched; the {@link SyncRun} alone tells which step is next.
 */
public final class SyncTask implements TaskHandler {
    /** Task name in Pulp's API. */
    public static final String NAME = "pulp_container.app.tasks.synchronize.synchronize";

    private final MetadataStore store;
    private final RepositoryService repositories;
    private final RemoteService remotes;
    private final CurationService curation;
    private final Planner planner;
    private final SyncRuns runs;
    private final Upstreams upstreams;
    private final Tasks tasks;
    private final VersionHrefs hrefs;

    public SyncTask(
            MetadataStore store,
            RepositoryService repositories,
            RemoteService remotes,
            CurationService curation,
            Planner planner,
            SyncRuns runs,
            Upstreams upstreams,
            Tasks tasks,
            VersionHrefs hrefs) {
        this.store = store;
        this.repositories = repositories;
        this.remotes = remotes;
        this.curation = curation;
        this.planner = planner;
        this.runs = runs;
        this.upstreams = upstreams;
        this.tasks = tasks;
        this.hrefs = hrefs;
    }

    /** Makes the href of a version, as tasks show it. */
    @FunctionalInterface
    public interface VersionHrefs {
        String href(RepositoryId repository, long version);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean isRepeatable() {
        return true;
    }

    @Override
    public Result run(String arguments, TaskRun task) throws IOException {
        SyncRequest request = RecordJson.read(SyncRequest.class, arguments);
        Remote remote = remotes.get(RemoteKind.CONTAINER, request.remote());
        repositories.get(request.repository());
        Optional<SyncRun> run = runs.begin(request, task.task());
        if (run.isEmpty()) {
            return Unfinished.WAITS;
        }
        try {
            SyncRun planned = run.get().planning().complete() ? run.get() : plan(request, run.get(), remote, task);
            if (!planned.planning().complete()) {
                tasks.redeliver(task.task());
                return Unfinished.GOES_ON;
            }
            return planned.isFetched() ? commit(request, planned, remote, task) : Unfinished.GOES_ON;
        } catch (Superseded e) {
            return Unfinished.GOES_ON;
        } catch (UpstreamException e) {
            throw failure(e, "");
        }
    }

    /**
     * The exception that fails the task; while the process stops, one that has the message delivered again.
     *
     * @param whatFor text behind the message
     */
    static RuntimeException failure(UpstreamException e, String whatFor) {
        return Thread.currentThread().isInterrupted()
                ? new IllegalStateException("stopped while the upstream was read", e)
                : new UpstreamFailed(e.getMessage() + whatFor);
    }

    private SyncRun plan(SyncRequest request, SyncRun run, Remote remote, TaskRun task) {
        try (var lease = upstreams.lease(task.task(), request.remote())) {
            return planner.plan(request, run, remote, lease.upstream(), task, tasks.caller(task.task()));
        }
    }

    private Outcome commit(SyncRequest request, SyncRun run, Remote remote, TaskRun task) {
        OptionalLong made = made(run);
        if (made.isEmpty() && run.planning().parts() > 0) {
            curation.take(
                    request.repository(),
                    planner.arrival(request, run, remote, task),
                    (done, total) -> task.report("sync.commit", "Content changed", done, Optional.empty()));
            made = made(run);
        }
        if (run.staged()) {
            runs.release(run);
        }
        run.figures().report(task, true);
        upstreams.said(task.task()).ifPresent(task::report);
        return made.isPresent() ? Outcome.created(hrefs.href(request.repository(), made.getAsLong())) : Outcome.NOTHING;
    }

    /** The version this run committed, perhaps in a process that died afterwards; empty: none yet. */
    private OptionalLong made(SyncRun run) {
        return store.get(SyncPart.Committed.TABLE, SyncPart.Committed.key(run.staging()))
                .filter(committed -> committed.task().equals(run.task()))
                .map(committed -> OptionalLong.of(committed.version()))
                .orElse(OptionalLong.empty());
    }

    @Override
    public void ended(Task task) {
        SyncRequest request = RecordJson.read(SyncRequest.class, task.request().arguments());
        upstreams.ended(task.id());
        runs.ended(request.repository(), task.id());
    }
}
