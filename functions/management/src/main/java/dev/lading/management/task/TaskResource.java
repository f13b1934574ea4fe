package dev.lading.management.task;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.account.PrincipalId;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
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
import java.util.Optional;

/** {@code tasks/}: long-running operations, their progress and results. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class TaskResource {
    private static final String LIST = "tasks";
    private static final String HREF = "task_href";
    private static final int OK = 200;
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
    @Right(Right.BY_CALLER)
    @Operation(id = "tasks_list", summary = "List tasks, newest first", answers = "200")
    public Response list(@Context UriInfo uri, @Context RoutingContext request) {
        ListingSource<Task> all = ListingSource.of(tasks::all);
        if (Access.caller(request).isPresent()) {
            all.only(task -> isSeen(task, request));
        }
        return pages.page(
                TaskModel.LIST, ResourceModel.byId(all, ResourceType.TASK, id -> tasks.find(new TaskId(id))), uri);
    }

    /** Users see the tasks that they asked for. */
    public static boolean isSeen(Task task, RoutingContext request) {
        Optional<PrincipalId> caller = Access.caller(request);
        return caller.isEmpty() || task.request().caller().equals(caller);
    }

    /** A task that a caller may read of; an administrator may of one that was forgotten, too. */
    TaskId readable(String id, RoutingContext request) {
        return Access.caller(request).isEmpty()
                ? new TaskId(ResourceModel.pathId(id))
                : get(id, request).id();
    }

    /** Whether a task is one that logs. */
    boolean hasLog(TaskId id) {
        return tasks.find(id).filter(task -> TaskModel.log(task) != null).isPresent();
    }

    /** A task that a caller may see. */
    public Task get(String id, RoutingContext request) {
        return tasks.find(new TaskId(ResourceModel.pathId(id)))
                .filter(task -> isSeen(task, request))
                .orElseThrow(Problem::notFound);
    }

    @GET
    @Path(LIST + "/{task_href}")
    @Right(Right.BY_CALLER)
    @Operation(id = "tasks_read", summary = "Show a task", answers = "200 TaskResponse")
    public Response read(@PathParam(HREF) String id, @Context UriInfo uri, @Context RoutingContext request) {
        return Responses.ok(TaskModel.TASK, get(id, request), uri);
    }

    @PATCH
    @Path(LIST + "/{task_href}")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "tasks_cancel",
            summary = "Cancel a task",
            body = "TaskCancel",
            partial = true,
            answers = {"200 TaskResponse", "409 TaskResponse"})
    public Response cancel(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        TaskId task = get(id, request).id();
        Body.read(TaskModel.CANCEL, request, false);
        Task canceled = tasks.cancel(task);
        return Responses.of(statusOfCancel(canceled), TaskModel.TASK, canceled).build();
    }

    static int statusOfCancel(Task canceled) {
        return switch (canceled.state()) {
            case CANCELED, CANCELING -> OK;
            case WAITING, RUNNING, COMPLETED, FAILED -> CONFLICT;
        };
    }

    @DELETE
    @Path(LIST + "/{task_href}")
    @Right(Right.BY_CALLER)
    @Operation(id = "tasks_delete", summary = "Forget a task that has ended", answers = "204")
    public Response delete(@PathParam(HREF) String id, @Context RoutingContext request) {
        if (!tasks.delete(get(id, request).id())) {
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
