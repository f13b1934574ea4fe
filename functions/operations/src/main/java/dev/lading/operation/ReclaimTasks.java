package dev.lading.operation;

import dev.lading.account.PrincipalId;
import dev.lading.cleanup.EvictionService;
import dev.lading.cleanup.ReclaimService;
import dev.lading.cleanup.ReclaimService.Reclaimed;
import dev.lading.grant.AdministratorRights;
import dev.lading.grant.Rights;
import dev.lading.grant.RightsService;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Page;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import dev.lading.task.TaskHandler;
import dev.lading.task.TaskHandler.Outcome;
import dev.lading.task.TaskRun;
import dev.lading.task.Tasks;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Tasks that give back bytes which can be had again. */
@Singleton
public class ReclaimTasks implements TaskProvider {
    public static final String RECLAIM = "pulpcore.app.tasks.reclaim_space.reclaim_space";
    public static final String STREAMED = "lading.reclaim_streamed";
    public static final String EVICT = "lading.evict";

    /** The permission on each repository. */
    public static final String PERMISSION = "modify_content_containerrepository";

    /** The reservation of reclaims: one at a time is enough. */
    public static final Reservation SPACE = Reservation.of("pdrn:reclaim");

    private final ReclaimService reclaims;
    private final EvictionService evictions;
    private final RepositoryService repositories;
    private final VersionService versions;
    private final Tasks tasks;
    private final RightsService rights;

    public ReclaimTasks(
            ReclaimService reclaims,
            EvictionService evictions,
            RepositoryService repositories,
            VersionService versions,
            Tasks tasks,
            RightsService rights) {
        this.reclaims = reclaims;
        this.evictions = evictions;
        this.repositories = repositories;
        this.versions = versions;
        this.tasks = tasks;
        this.rights = rights;
    }

    /**
     * Arguments of {@link #RECLAIM}.
     *
     * @param all instead of repositories: those that whoever asked may change
     * @param kept versions whose blobs stay
     */
    public record Reclaim(boolean all, List<RepositoryId> repositories, List<Kept> kept) {
        public Reclaim {
            repositories = List.copyOf(repositories);
            kept = List.copyOf(kept);
        }
    }

    /** A version whose blobs stay. */
    public record Kept(RepositoryId repository, long version) {}

    /** Arguments of {@link #STREAMED}. */
    public record StreamedReclaim() {}

    /** Arguments of {@link #EVICT}. */
    public record Evict() {}

    @Override
    public List<TaskHandler> handlers() {
        return List.of(
                new JsonTask<>(RECLAIM, true, Reclaim.class, this::reclaim),
                new JsonTask<>(STREAMED, true, StreamedReclaim.class, this::reclaimStreamed),
                new JsonTask<>(EVICT, true, Evict.class, this::evict));
    }

    /** Starts the daily tasks, if there is anything that they may give back. */
    void startDaily() {
        if (reclaims.hasStreamed()) {
            tasks.dispatch(SPACE.request(STREAMED, new StreamedReclaim(), "daily"));
        }
        if (evictions.isDue()) {
            tasks.dispatch(SPACE.request(EVICT, new Evict(), "daily"));
        }
    }

    private Outcome reclaim(Reclaim arguments, TaskRun run) throws IOException {
        List<RepositoryView> kept = arguments.kept().stream()
                .flatMap(version -> versions.find(version.repository(), version.version()).stream())
                .map(version -> versions.view(version.repository(), version.version()))
                .toList();
        Stream<RepositoryId> chosen = arguments.all()
                ? changeable(run)
                : arguments.repositories().stream()
                        .filter(id -> repositories.find(id).isPresent());
        return outcome(reclaims.reclaim(chosen, kept, far -> report(far, run)), run);
    }

    /** Repositories that whoever asked for the task may change. */
    private Stream<RepositoryId> changeable(TaskRun run) {
        Optional<PrincipalId> caller = tasks.caller(run.task());
        Optional<Rights> held = caller.isEmpty() ? Optional.of(new AdministratorRights()) : rights.of(caller.get());
        return held.stream()
                .flatMap(each -> Page.all(repositories::list).filter(repository -> each.on(repository, PERMISSION)))
                .map(Repository::id);
    }

    private Outcome reclaimStreamed(StreamedReclaim arguments, TaskRun run) throws IOException {
        return outcome(reclaims.reclaimStreamed(far -> report(far, run)), run);
    }

    private Outcome evict(Evict arguments, TaskRun run) throws IOException {
        return outcome(evictions.evict(far -> report(far, run)), run);
    }

    private static Outcome outcome(Reclaimed reclaimed, TaskRun run) {
        report(reclaimed, run);
        Map<String, Long> result = Map.of(
                "listed", reclaimed.listed(),
                "blobs", reclaimed.blobs(),
                "bytes", reclaimed.bytes());
        return new Outcome(List.of(), Optional.of(TaskJson.write(result)));
    }

    private static void report(Reclaimed far, TaskRun run) {
        run.report("reclaim-space.artifact", "Blobs given back", far.blobs(), Optional.empty());
        run.report("reclaim-space.bytes", "Bytes given back", far.bytes(), Optional.empty());
    }
}
