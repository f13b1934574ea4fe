package dev.lading.console.home;

import dev.lading.console.Some;
import dev.lading.console.task.TaskView;
import dev.lading.grant.Rights;
import dev.lading.history.Repository;
import dev.lading.management.status.StorageFigures;
import dev.lading.metadata.NameRange;
import dev.lading.metadata.Page;
import dev.lading.operation.ScheduledSyncs;
import dev.lading.remote.PullThroughCounts;
import dev.lading.remote.PullThroughFigures;
import dev.lading.remote.RemoteService;
import dev.lading.repository.RepositoryService;
import dev.lading.task.Task;
import dev.lading.task.TaskState;
import dev.lading.task.Tasks;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for what somebody who logged in should know of: at most 14 reads, of which three are of tasks and eight of
 * schedules, and those of their rights.
 */
@Singleton
public class Watch {
    private static final Duration LATELY = Duration.ofDays(1);
    private static final int MAX_SHOWN = 5;
    private static final int MAX_TASKS = 300;
    private static final int MAX_ERROR = 300;

    /** Schedules are looked for among the first three hundred repositories by name: they have no index. */
    private static final int MAX_PAGES = 3;

    private static final int IN_PAGE = 100;

    /** Part of a limit or a disk that is little. */
    private static final int LITTLE = 10;

    private final Tasks tasks;
    private final ScheduledSyncs syncs;
    private final RepositoryService repositories;
    private final RemoteService remotes;
    private final PullThroughCounts counts;
    private final StorageFigures storage;
    private final InstantSource clock;

    public Watch(
            Tasks tasks,
            ScheduledSyncs syncs,
            RepositoryService repositories,
            RemoteService remotes,
            PullThroughCounts counts,
            StorageFigures storage,
            InstantSource clock) {
        this.tasks = tasks;
        this.syncs = syncs;
        this.repositories = repositories;
        this.remotes = remotes;
        this.counts = counts;
        this.storage = storage;
        this.clock = clock;
    }

    /** @param rights of somebody who logged in: of a visitor, it could not be told which tasks are theirs */
    Attention of(Rights rights) {
        return new Attention(failed(rights), troubled(rights), limits(rights), disk());
    }

    /** As in the API, users see the tasks that they asked for. */
    private List<Attention.Failed> failed(Rights rights) {
        Instant since = clock.instant().minus(LATELY);
        return tasks.all()
                .limit(MAX_TASKS)
                .takeWhile(task -> task.created().isAfter(since))
                .filter(task -> task.state() == TaskState.FAILED)
                .filter(task ->
                        rights.caller().isEmpty() || task.request().caller().equals(rights.caller()))
                .limit(MAX_SHOWN)
                .map(Watch::shown)
                .toList();
    }

    private static Attention.Failed shown(Task task) {
        return new Attention.Failed(
                task.id().toString(),
                new TaskView(task).title(),
                task.finished().orElse(task.updated()),
                Some.text(task.error().orElse(""), MAX_ERROR));
    }

    /** Nothing for who sees some repositories only: theirs are found at the cost of one read each. */
    private List<Attention.Sync> troubled(Rights rights) {
        if (!rights.onEverything("view_containerrepository")) {
            return List.of();
        }
        List<Attention.Sync> found = new ArrayList<>();
        NameRange asked = NameRange.first("", IN_PAGE);
        for (int page = 0; page < MAX_PAGES; page++) {
            Page<Repository> some = repositories.list(asked);
            List<Repository> scheduled = some.records().stream()
                    .filter(each -> each.settings().schedule().isPresent())
                    .toList();
            if (!scheduled.isEmpty()) {
                syncs.troubled(scheduled).forEach(each -> found.add(shown(each)));
            }
            asked = asked.after(some.next());
            if (asked.after().isEmpty() || found.size() >= MAX_SHOWN) {
                break;
            }
        }
        return Some.of(found, MAX_SHOWN).shown();
    }

    private static Attention.Sync shown(ScheduledSyncs.Trouble trouble) {
        return new Attention.Sync(
                trouble.repository().settings().name(),
                trouble.task()
                        .map(task -> "/tasks/" + task + "/")
                        .orElse("/repositories/" + trouble.repository().id() + "/"),
                trouble.due(),
                trouble.task()
                        .map(_ -> Some.text(trouble.error().orElse("the task does not say why"), MAX_ERROR))
                        .orElse(""));
    }

    /** Counted since this process began; functions count as metrics of CloudWatch instead. */
    private List<Attention.Limit> limits(Rights rights) {
        return counts.figures().entrySet().stream()
                .filter(each -> isLow(each.getValue()))
                .limit(MAX_SHOWN)
                .flatMap(each -> remotes
                        .find(each.getKey())
                        .filter(remote -> rights.on(remote, "view_containerpullthroughremote"))
                        .map(remote -> new Attention.Limit(
                                remote.settings().name(),
                                each.getValue().rateLimitRemaining().orElse(0),
                                each.getValue().rateLimit().orElse(0)))
                        .stream())
                .toList();
    }

    private static boolean isLow(PullThroughFigures figures) {
        return figures.rateLimitRemaining().isPresent()
                && figures.rateLimit().isPresent()
                && figures.rateLimitRemaining().getAsLong()
                        <= figures.rateLimit().getAsLong() / LITTLE;
    }

    private String disk() {
        StorageFigures.Bytes bytes = storage.bytes();
        if (bytes.free().isEmpty() || bytes.total().isEmpty()) {
            return "";
        }
        long percent = bytes.free().get() * 100 / Math.max(1, bytes.total().get());
        return percent >= LITTLE ? "" : percent + " %";
    }
}
