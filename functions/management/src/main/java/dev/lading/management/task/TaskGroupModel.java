package dev.lading.management.task;

import dev.lading.management.api.Listing;
import dev.lading.management.api.Model;
import dev.lading.management.api.Schema;
import dev.lading.management.resource.ResourceModel;
import dev.lading.operation.ResourceType;
import dev.lading.operation.imports.ImportTasks;
import dev.lading.task.ProgressReport;
import dev.lading.task.Task;
import dev.lading.task.TaskState;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Task groups as the API shows them. Each has one task, whose id is its own. */
public final class TaskGroupModel {
    private static final Model<ProgressReport> PROGRESS = new Model<ProgressReport>("GroupProgressReport")
            .shows("message", Schema.TEXT, ProgressReport::message)
            .shows("code", Schema.TEXT, ProgressReport::code)
            .shows("total", Schema.INTEGER, ProgressReport::total)
            .shows("done", Schema.INTEGER, ProgressReport::done)
            .shows("suffix", Schema.TEXT.orNull(), report -> null);

    private static final Model<Task> MEMBER = ResourceModel.<Task>model(
                    ResourceType.TASK, "MinimalTask", task -> task.id().value(), Task::created, Task::updated)
            .shows("pulp_api_version", Schema.TEXT.orElse("v3"), task -> "v3")
            .tells("name", Schema.TEXT, task -> task.request().name())
            .shows("state", Schema.TEXT, Task::state)
            .shows("unblocked_at", Schema.TIME, Task::started)
            .shows("started_at", Schema.TIME, Task::started)
            .shows("finished_at", Schema.TIME, Task::finished)
            .shows("worker", Schema.URI.orNull(), task -> null);

    static final Model<Task> GROUP = new Model<Task>("TaskGroup")
            .shows("pulp_href", Schema.URI, TaskGroupModel::href)
            .shows(
                    "prn",
                    Schema.TEXT,
                    task -> ResourceType.TASK_GROUP.prn(task.id().value()))
            .tells("description", Schema.TEXT, ImportTasks::description)
            .tells("all_tasks_dispatched", Schema.BOOLEAN, task -> true)
            .shows("waiting", Schema.INTEGER, count(TaskState.WAITING))
            .shows("skipped", Schema.INTEGER, task -> 0)
            .shows("running", Schema.INTEGER, count(TaskState.RUNNING))
            .shows("completed", Schema.INTEGER, count(TaskState.COMPLETED))
            .shows("canceled", Schema.INTEGER, count(TaskState.CANCELED))
            .shows("failed", Schema.INTEGER, count(TaskState.FAILED))
            .shows("canceling", Schema.INTEGER, count(TaskState.CANCELING))
            .shows("group_progress_reports", PROGRESS.listSchema(), task -> PROGRESS.renderAll(task.progress()))
            .shows("tasks", MEMBER.listSchema(), task -> MEMBER.renderAll(List.of(task)));

    /** Answer to a request for which a group was made. */
    static final Model<Task> STARTED =
            new Model<Task>("TaskGroupOperation").tells("task_group", Schema.URI, TaskGroupModel::href);

    public static final Listing<Task> LIST = new Listing<>(GROUP);

    public static final List<Model<?>> MODELS = List.of(PROGRESS, MEMBER, GROUP, STARTED);

    private TaskGroupModel() {}

    private static Function<Task, Integer> count(TaskState state) {
        return task -> task.state() == state ? 1 : 0;
    }

    private static String href(Task task) {
        return ResourceType.TASK_GROUP.href(task.id().value());
    }

    /** The href of the group that a task is in. */
    static Optional<String> groupOf(Task task) {
        return ImportTasks.isGrouped(task) ? Optional.of(href(task)) : Optional.empty();
    }
}
