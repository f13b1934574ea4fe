package dev.lading.console.mirror;

import dev.lading.grant.Rights;
import dev.lading.history.Repository;
import dev.lading.history.row.RepositoryId;
import dev.lading.management.access.Access;
import dev.lading.operation.ScheduledSyncs;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteService;
import dev.lading.sync.run.SyncRun;
import dev.lading.sync.run.SyncRuns;
import dev.lading.task.Task;
import dev.lading.task.TaskId;
import dev.lading.task.Tasks;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds out what there is to tell of mirrors; three reads for up to a hundred of them. */
@Singleton
public class MirrorViews {
    private final RemoteService remotes;
    private final SyncRuns runs;
    private final Tasks tasks;
    private final ScheduledSyncs syncs;

    public MirrorViews(RemoteService remotes, SyncRuns runs, Tasks tasks, ScheduledSyncs syncs) {
        this.remotes = remotes;
        this.runs = runs;
        this.tasks = tasks;
        this.syncs = syncs;
    }

    List<MirrorView> of(List<Repository> repositories, RoutingContext request) {
        Rights rights = Access.rights(request);
        Map<RemoteId, Remote> visible = byId(
                remotes.findAll(repositories.stream()
                        .flatMap(each -> each.settings().remote().stream())
                        .distinct()
                        .filter(id -> rights.on(id, "view_containerremote"))
                        .toList()),
                Remote::id);
        Map<RepositoryId, SyncRun> last =
                byId(runs.findAll(repositories.stream().map(Repository::id).toList()), SyncRun::repository);
        Map<TaskId, Task> found =
                byId(tasks.findAll(last.values().stream().map(SyncRun::task).toList()), Task::id);
        return repositories.stream()
                .map(each -> {
                    Optional<SyncRun> run = Optional.ofNullable(last.get(each.id()));
                    return new MirrorView(
                            each,
                            each.settings().remote().map(visible::get),
                            syncs.next(each),
                            run.isPresent(),
                            run.map(SyncRun::task).map(found::get).flatMap(task -> Outcome.of(task, request)));
                })
                .toList();
    }

    private static <K, V> Map<K, V> byId(List<V> values, Function<V, K> id) {
        return values.stream().collect(Collectors.toMap(id, Function.identity()));
    }
}
