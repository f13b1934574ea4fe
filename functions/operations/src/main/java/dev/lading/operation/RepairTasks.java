package dev.lading.operation;

import dev.lading.commit.Progress;
import dev.lading.content.ContentService;
import dev.lading.content.RepairService;
import dev.lading.content.RepairState;
import dev.lading.content.RepairState.Faults;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
import dev.lading.repository.RepositoryService;
import dev.lading.task.Task;
import dev.lading.task.TaskHandler;
import dev.lading.task.TaskRun;
import dev.lading.task.Tasks;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Tasks that check stored bytes, and fetch again what a remote leads to. Other lost bytes can only be restored by a push,
 * a sync or a backup. A check goes on in steps, since a function of AWS has 15 minutes; fetches follow the last one.
 */
@Singleton
public class RepairTasks implements TaskProvider {
    public static final String VERSION = "pulpcore.app.tasks.repository.repair_version";
    public static final String ALL = "pulpcore.app.tasks.repository.repair_all_artifacts";

    /** The reservation of checks of the whole registry: one at a time is enough. */
    public static final Reservation EVERYTHING = Reservation.of("pdrn:repair");

    /** What is left of 15 minutes is for the blob that is read when the time is up. */
    private static final Duration STEP = Duration.ofMinutes(5);

    /** Limits on what a result tells of repositories; it must fit a record. */
    private static final int DIGESTS_WITH_REPOSITORIES = 100;

    private static final int REPOSITORIES = 5;

    private final RepairService repair;
    private final ContentService content;
    private final RepositoryService repositories;
    private final Tasks tasks;
    private final InstantSource clock;
    private final Refetches refetches;

    public RepairTasks(
            RepairService repair,
            ContentService content,
            RepositoryService repositories,
            Tasks tasks,
            InstantSource clock,
            Refetches refetches) {
        this.repair = repair;
        this.content = content;
        this.repositories = repositories;
        this.tasks = tasks;
        this.clock = clock;
        this.refetches = refetches;
    }

    /** Arguments of {@link #VERSION}. */
    public record Version(RepositoryId repository, long version, boolean verify) {}

    /** Arguments of {@link #ALL}. */
    public record Everything(boolean verify) {}

    @Override
    public List<TaskHandler> handlers() {
        return List.of(
                new Check<>(
                        VERSION,
                        Version.class,
                        (version, from, run) -> repair.check(
                                version.repository(), version.version(), from, step(version.verify(), run)),
                        (version, state, run) ->
                                refetches.version(version.repository(), version.version(), state, run)),
                new Check<>(
                        ALL,
                        Everything.class,
                        (all, from, run) -> repair.checkAll(from, step(all.verify(), run)),
                        (all, state, run) -> refetches.all(state, run)));
    }

    private RepairService.Step step(boolean verifyDigests, TaskRun run) {
        Instant end = clock.instant().plus(STEP);
        Progress progress = (done, total) -> run.report(
                "repair.checked",
                "Bytes checked",
                done,
                total.isPresent() ? Optional.of(total.getAsLong()) : Optional.empty());
        return new RepairService.Step(verifyDigests, () -> clock.instant().isAfter(end), progress);
    }

    /** A step from where the one before ended. */
    @FunctionalInterface
    private interface Steps<A> {
        RepairState go(A arguments, RepairState from, TaskRun run) throws IOException;
    }

    /** What follows the last step. */
    @FunctionalInterface
    private interface Fetches<A> {
        Refetches.Refetched after(A arguments, RepairState checked, TaskRun run) throws IOException;
    }

    private final class Check<A extends Record> implements TaskHandler {
        private final String name;
        private final Class<A> arguments;
        private final Steps<A> steps;
        private final Fetches<A> fetches;

        private Check(String name, Class<A> arguments, Steps<A> steps, Fetches<A> fetches) {
            this.name = name;
            this.arguments = arguments;
            this.steps = steps;
            this.fetches = fetches;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean isRepeatable() {
            return true;
        }

        @Override
        public Result run(String json, TaskRun run) throws IOException {
            A given = TaskJson.read(json, arguments);
            RepairState state = steps.go(given, repair.begun(run.task()), run);
            if (!state.ended()) {
                repair.keep(state);
                tasks.redeliver(run.task());
                return Unfinished.GOES_ON;
            }
            return outcome(state, fetches.after(given, state, run), run);
        }

        @Override
        public void ended(Task task) {
            repair.forget(task.id());
        }
    }

    private TaskHandler.Outcome outcome(RepairState state, Refetches.Refetched refetched, TaskRun run) {
        Faults missing = state.missing();
        Faults corrupted = state.corrupted();
        long found = missing.count() + corrupted.count();
        Set<Digest> fetched = refetched.fetched();
        long broken = found
                - Stream.concat(missing.first().stream(), corrupted.first().stream())
                        .filter(fetched::contains)
                        .count();
        run.report("repair.checked", "Bytes checked", state.checked(), Optional.of(state.checked()));
        run.report("repair.corrupted", "Missing or corrupted", found, Optional.of(found));
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("checked", state.checked());
        result.put("broken", broken);
        result.put("missing", texts(missing));
        result.put("corrupted", texts(corrupted));
        result.put("repositories", repositories(missing, corrupted));
        result.put("fetched", fetched.size());
        result.put("not_fetched", refetched.failed());
        return new TaskHandler.Outcome(List.of(), Optional.of(TaskJson.write(result)));
    }

    private static List<String> texts(Faults faults) {
        return faults.first().stream().map(Digest::toString).toList();
    }

    /** Names of repositories that have the content in some version, by digest. */
    private Map<String, List<String>> repositories(Faults missing, Faults corrupted) {
        Map<String, List<String>> names = new LinkedHashMap<>();
        Stream.concat(missing.first().stream(), corrupted.first().stream())
                .limit(DIGESTS_WITH_REPOSITORIES)
                .forEach(digest -> names.put(digest.toString(), holders(digest)));
        return names;
    }

    private List<String> holders(Digest digest) {
        return Stream.of(ContentKind.BLOB, ContentKind.MANIFEST)
                .flatMap(kind -> content.find(kind, digest.toString()).stream())
                .flatMap(content::repositories)
                .flatMap(id -> repositories.findOfAnyKind(id).stream())
                .map(repository -> repository.settings().name())
                .distinct()
                .limit(REPOSITORIES)
                .toList();
    }
}
