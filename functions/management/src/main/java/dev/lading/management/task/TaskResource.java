package dev.lading.management.task;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.management.api.Body;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Values;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.Responses;
import dev.lading.operation.MaintenanceTasks;
import dev.lading.operation.Reservation;
import dev.lading.operation.ResourceType;
import dev.lading.task.Task;
import dev.lading.task.TaskId;
import dev.lading.task.TaskState;
import dev.lading.task.Tasks;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** {@code tasks/}: long-running operations, their progress and results. */
@Path(ApiPath.ROOT)
@Needs(Permission.ADMINISTRATION)
public class TaskResource {
    private static final String LIST = "tasks";
    private static final String HREF = "task_href";
    private static final int CONFLICT = 409;
    private static final Duration PURGE_AGE = Duration.ofDays(30);

    private final Tasks tasks;
    private final TaskDispatch dispatch;
    private final Pages pages;
    private final InstantSource clock;

    public TaskResource(Tasks tasks, TaskDispatch dispatch, Pages pages, InstantSource clock) {
        this.tasks = tasks;
        this.dispatch = dispatch;
        this.pages = pages;
        this.clock = clock;
    }

    @GET
    @Path(LIST)
    @Operation(id = "tasks_list", summary = "List tasks, newest first", answers = "200")
    public Response list(@Context UriInfo uri) {
        return pages.page(
                TaskModel.LIST,
                ResourceModel.byId(ListingSource.of(tasks::all), ResourceType.TASK, id -> tasks.find(new TaskId(id))),
                uri);
    }

    private static TaskId id(String path) {
        return new TaskId(ResourceModel.pathId(path));
    }

    @GET
    @Path(LIST + "/{task_href}")
    @Operation(id = "tasks_read", summary = "Show a task", answers = "200 TaskResponse")
    public Response read(@PathParam(HREF) String id, @Context UriInfo uri) {
        return Responses.ok(TaskModel.TASK, tasks.get(id(id)), uri);
    }

    @PATCH
    @Path(LIST + "/{task_href}")
    @Operation(
            id = "tasks_cancel",
            summary = "Cancel a task",
            body = "TaskCancel",
            partial = true,
            answers = {"200 TaskResponse", "409 TaskResponse"})
    public Response cancel(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        TaskId task = tasks.get(id(id)).id();
        Body.read(TaskModel.CANCEL, request, false);
        Task canceled = tasks.cancel(task);
        boolean stops = canceled.state() == TaskState.CANCELED || canceled.state() == TaskState.CANCELING;
        return Responses.of(stops ? 200 : CONFLICT, TaskModel.TASK, canceled).build();
    }

    @DELETE
    @Path(LIST + "/{task_href}")
    @Operation(id = "tasks_delete", summary = "Forget a task that has ended", answers = "204")
    public Response delete(@PathParam(HREF) String id) {
        if (!tasks.delete(id(id))) {
            throw Problem.detail(CONFLICT, "the task has not ended; cancel it first");
        }
        return Response.noContent().build();
    }

    @POST
    @Path(LIST + "/purge")
    @Operation(
            id = "tasks_purge",
            summary = "Forget tasks that ended long ago",
            body = "Purge",
            answers = "202 AsyncOperationResponse")
    public Response purge(@Context RoutingContext request) throws IOException {
        Values values = Body.read(TaskModel.PURGE, request, false);
        Instant before = values.time("finished_before", clock.instant().minus(PURGE_AGE));
        var purge = new MaintenanceTasks.Purge(before, values.texts("states", List.of()));
        return dispatch.start(
                MaintenanceTasks.PURGE, purge, new Reservation(MaintenanceTasks.PURGE, List.of()), request);
    }
}
