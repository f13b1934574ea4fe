package dev.lading.management.repository;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.management.api.Body;
import dev.lading.management.api.Operation;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.task.TaskDispatch;
import dev.lading.operation.RepairTasks;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;

/** {@code repair/}: checks all stored bytes, and fetches again what is not right. */
@Path(ApiPath.ROOT)
@Needs(Permission.ADMINISTRATION)
public class RepairResource {
    private final TaskDispatch dispatch;

    public RepairResource(TaskDispatch dispatch) {
        this.dispatch = dispatch;
    }

    @POST
    @Path("repair")
    @Operation(
            id = "repair_post",
            summary = "Check that all bytes are there, or are right; fetch again what a remote leads to, and report",
            body = "Repair",
            answers = "202 AsyncOperationResponse")
    public Response repair(@Context RoutingContext request) throws IOException {
        boolean verify = Body.read(VersionModel.REPAIR, request, false).bool("verify_checksums", true);
        return dispatch.start(RepairTasks.ALL, new RepairTasks.Everything(verify), RepairTasks.EVERYTHING, request);
    }
}
