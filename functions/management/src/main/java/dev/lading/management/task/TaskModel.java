package dev.lading.management.task;

import dev.lading.management.account.UserModel;
import dev.lading.management.api.Filter;
import dev.lading.management.api.Listing;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Schema;
import dev.lading.management.resource.ResourceModel;
import dev.lading.operation.Reservation;
import dev.lading.operation.ResourceType;
import dev.lading.operation.build.BuildTasks;
import dev.lading.task.ProgressReport;
import dev.lading.task.Task;
import dev.lading.task.TaskState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tasks as the API shows them. */
public final class TaskModel {
    private static final Model<ProgressReport> PROGRESS = new Model<ProgressReport>("ProgressReport")
            .shows("message", Schema.TEXT, ProgressReport::message)
            .shows("code", Schema.TEXT, ProgressReport::code)
            .shows("state", Schema.TEXT, ProgressReport::state)
            .shows("total", Schema.INTEGER, ProgressReport::total)
            .shows("done", Schema.INTEGER, ProgressReport::done)
            .shows("suffix", Schema.TEXT.orNull(), report -> null);

    static final Model<Task> TASK = ResourceModel.<Task>model(
                    ResourceType.TASK, "Task", task -> task.id().value(), Task::created, Task::updated)
            .shows("state", Schema.TEXT, Task::state)
            .tells("name", Schema.TEXT, task -> task.request().name())
            .tells("logging_cid", Schema.TEXT, task -> task.request().correlation())
            .shows(
                    "created_by",
                    Schema.URI.orNull(),
                    task -> task.request().caller().map(UserModel::href))
            .shows("unblocked_at", Schema.TIME, Task::started)
            .shows("started_at", Schema.TIME, Task::started)
            .shows("finished_at", Schema.TIME, Task::finished)
            .shows("error", Schema.OBJECT, TaskModel::error)
            .shows("worker", Schema.URI.orNull(), task -> null)
            .shows("parent_task", Schema.URI, task -> null)
            .shows("child_tasks", Schema.listOf(Schema.URI), task -> List.of())
            .shows("task_group", Schema.URI, TaskGroupModel::groupOf)
            .shows("progress_reports", PROGRESS.listSchema(), task -> PROGRESS.renderAll(task.progress()))
            .shows("created_resources", Schema.listOf(Schema.URI), Task::createdResources)
            .shows(
                    "created_resource_prns",
                    Schema.listOf(Schema.URI),
                    task -> task.createdResources().stream()
                            .map(ResourceType::prnOf)
                            .toList())
            .shows(
                    "reserved_resources_record",
                    Schema.listOf(Schema.TEXT),
                    task -> task.request().resources())
            .shows(
                    "log",
                    Schema.URI.orNull().described("Lading's own: the log of a build, which grows while it runs."),
                    TaskModel::log)
            .shows("result", Schema.ANY, task -> task.result().map(Model::raw))
            .shows("pulp_api_version", Schema.TEXT.orElse("v3"), task -> "v3");

    /** Answer to a request for which a task was made. */
    static final Model<Task> STARTED = new Model<Task>("AsyncOperation")
            .tells("task", Schema.URI, task -> ResourceType.TASK.href(task.id().value()));

    static final Model<Void> CANCEL = new Model<Void>("TaskCancel").needs("state", Schema.oneOf(List.of("canceled")));

    static final Model<Void> PURGE = new Model<Void>("Purge")
            .takes("finished_before", Schema.TIME)
            .takes(
                    "states",
                    Schema.listOf(Schema.oneOf(List.of("skipped", "completed", "failed", "canceled")))
                            .orElse(List.of("completed")));

    public static final Listing<Task> LIST = times(
                    times(
                            times(
                                    times(
                                            ResourceModel.listing(
                                                    TASK, task -> task.id().value()),
                                            "pulp_created"),
                                    "started_at"),
                            "finished_at"),
                    "unblocked_at")
            .filter("state", states(), List.of(Lookup.EXACT))
            .filter("state", Schema.TEXT, List.of(Lookup.IN, Lookup.NE))
            .filter("name", Schema.TEXT, List.of(Lookup.EXACT, Lookup.CONTAINS, Lookup.IN, Lookup.NE))
            .filter("logging_cid", Schema.TEXT, List.of(Lookup.EXACT, Lookup.CONTAINS))
            // No task has parents, children or a worker that is known.
            .filter("parent_task", Schema.TEXT, List.of(Lookup.EXACT))
            .filter("task_group", Schema.TEXT, List.of(Lookup.EXACT))
            .filter("worker", Schema.TEXT, List.of(Lookup.EXACT))
            .filter("child_tasks", Schema.TEXT, List.of(Lookup.EXACT), task -> null)
            .filter(new Filter<>("created_resources", Schema.TEXT, false, values -> {
                String prn = ResourceType.prnOf(values.getFirst());
                return task -> task.createdResources().stream()
                        .anyMatch(href -> href.equals(values.getFirst())
                                || ResourceType.prnOf(href).equals(prn));
            }))
            .filter(resources(
                    "reserved_resources", (held, prn) -> held.contains(prn) || held.contains(Reservation.SHARED + prn)))
            .filter(resourcesIn(
                    "reserved_resources", (held, prn) -> held.contains(prn) || held.contains(Reservation.SHARED + prn)))
            .filter(resources("exclusive_resources", List::contains))
            .filter(resourcesIn("exclusive_resources", List::contains))
            .filter(resources("shared_resources", (held, prn) -> held.contains(Reservation.SHARED + prn)))
            .filter(resourcesIn("shared_resources", (held, prn) -> held.contains(Reservation.SHARED + prn)))
            .orders("name", "state", "started_at", "finished_at", "unblocked_at", "logging_cid", "pulp_api_version")
            .order("error", Task::error)
            .order("result", Task::result);

    public static final List<Model<?>> MODELS = List.of(PROGRESS, TASK, STARTED, CANCEL, PURGE);

    private TaskModel() {}

    /** Where the log of a build is, once it was begun. */
    static @Nullable String log(Task task) {
        return task.request().name().equals(BuildTasks.BUILD) && task.started().isPresent()
                ? ResourceType.TASK.href(task.id().value()) + "log/"
                : null;
    }

    private static Optional<Map<String, String>> error(Task task) {
        return task.error().map(reason -> Map.of("description", reason));
    }

    private static Schema states() {
        return Schema.oneOf(Stream.concat(
                        Stream.of("skipped"), Stream.of(TaskState.values()).map(TaskState::toString))
                .sorted()
                .toList());
    }

    private static Listing<Task> times(Listing<Task> listing, String property) {
        return listing.filter(property, Schema.TIME, Lookup.TIMES);
    }

    private static Filter<Task> resources(String name, BiPredicate<List<String>, String> holds) {
        return new Filter<>(name, Schema.TEXT, false, values -> all(values, holds));
    }

    private static Filter<Task> resourcesIn(String name, BiPredicate<List<String>, String> holds) {
        return new Filter<>(name + "__in", Schema.listOf(Schema.TEXT), false, values -> all(values, holds));
    }

    private static Predicate<Task> all(List<String> values, BiPredicate<List<String>, String> holds) {
        List<String> prns = values.stream().map(ResourceType::prnOf).toList();
        return task -> prns.stream().allMatch(prn -> holds.test(task.request().resources(), prn));
    }
}
