package dev.lading.management.task;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.management.api.Body;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.Responses;
import dev.lading.operation.imports.ImportTasks;
import dev.lading.task.Task;
import dev.lading.task.TaskId;
import dev.lading.task.Tasks;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;

/** {@code task-groups/}: what imports are waited for by. Theirs are all there are, so they are the administrator's. */
@Path(ApiPath.ROOT)
@Needs(Permission.ADMINISTRATION)
public class TaskGroupResource {
    private static final String LIST = "task-groups";
    private static final String HREF = "task_group_href";
    private static final String ONE = LIST + "/{" + HREF + "}";

    private final Tasks tasks;
    private final Pages pages;

    public TaskGroupResource(Tasks tasks, Pages pages) {
        this.tasks = tasks;
        this.pages = pages;
    }

    @GET
    @Path(LIST)
    @Operation(id = "task_groups_list", summary = "List task groups, newest first", answers = "200")
    public Response list(@Context UriInfo uri) {
        return pages.page(
                TaskGroupModel.LIST, ListingSource.of(() -> tasks.all().filter(ImportTasks::isGrouped)), uri);
    }

    private Task get(String id) {
        return tasks.find(new TaskId(ResourceModel.pathId(id)))
                .filter(ImportTasks::isGrouped)
                .orElseThrow(Problem::notFound);
    }

    @GET
    @Path(ONE)
    @Operation(id = "task_groups_read", summary = "Show a task group", answers = "200 TaskGroupResponse")
    public Response read(@PathParam(HREF) String id, @Context UriInfo uri) {
        return Responses.ok(TaskGroupModel.GROUP, get(id), uri);
    }

    @PATCH
    @Path(ONE)
    @Operation(
            id = "task_groups_cancel",
            summary = "Cancel what a task group has not done",
            body = "TaskCancel",
            partial = true,
            answers = {"200 TaskGroupResponse", "409 TaskGroupResponse"})
    public Response cancel(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        TaskId task = get(id).id();
        Body.read(TaskModel.CANCEL, request, false);
        Task canceled = tasks.cancel(task);
        return Responses.of(TaskResource.statusOfCancel(canceled), TaskGroupModel.GROUP, canceled)
                .build();
    }
}
