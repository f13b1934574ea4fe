package dev.lading.management.repository;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.cleanup.CleanupService;
import dev.lading.management.api.Body;
import dev.lading.management.api.Model;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.task.TaskDispatch;
import dev.lading.operation.MaintenanceTasks;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code orphans/}: deletes what no kept version holds. */
@Path(ApiPath.ROOT)
@Needs(Permission.ADMINISTRATION)
public class OrphanResource {
    private static final String UNITS = "content_hrefs";

    private static final Model<Void> CLEANUP = new Model<Void>("OrphansCleanup")
            .takes(UNITS, Schema.listOf(Schema.TEXT_OR_ANY))
            .takes("orphan_protection_time", Schema.INTEGER.orNull().from(0).upTo(4_294_967_295L));

    public static final List<Model<?>> MODELS = List.of(CLEANUP);

    private final TaskDispatch dispatch;

    public OrphanResource(TaskDispatch dispatch) {
        this.dispatch = dispatch;
    }

    @POST
    @Path("orphans/cleanup")
    @Operation(
            id = "orphans_cleanup_cleanup",
            summary = "Delete blobs, manifests and uploads that no kept version has held for so many minutes",
            body = "OrphansCleanup",
            answers = "202 AsyncOperationResponse")
    public Response cleanUp(@Context RoutingContext request) throws IOException {
        Values values = Body.read(CLEANUP, request, false);
        if (!values.texts(UNITS, List.of()).isEmpty()) {
            throw Problem.field(UNITS, "cleanup is of all content; it leaves alone what any version holds");
        }
        Duration protection = values.integer("orphan_protection_time", Optional.empty())
                .map(Duration::ofMinutes)
                .orElse(CleanupService.DEFAULT_PROTECTION);
        return start(protection, request);
    }

    /** Starts a clean-up for older clients. */
    @DELETE
    @Path("orphans")
    @Operation(
            id = "orphans_delete",
            summary = "Delete what no kept version has held for a day",
            answers = "202 AsyncOperationResponse")
    public Response delete(@Context RoutingContext request) {
        return start(CleanupService.DEFAULT_PROTECTION, request);
    }

    private Response start(Duration protection, RoutingContext request) {
        return dispatch.start(
                MaintenanceTasks.CLEAN_UP, new MaintenanceTasks.Cleanup(protection), MaintenanceTasks.ORPHANS, request);
    }
}
