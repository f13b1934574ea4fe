package dev.lading.management.repository;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.grant.Rights;
import dev.lading.history.Repository;
import dev.lading.history.row.RepositoryId;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Body;
import dev.lading.management.api.Model;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.References;
import dev.lading.management.task.TaskDispatch;
import dev.lading.operation.ReclaimTasks;
import dev.lading.operation.Reservation;
import dev.lading.operation.ResourceType;
import dev.lading.operation.VersionHref;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.List;

/** {@code repositories/reclaim_space/}: gives back bytes that can be had again. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class ReclaimResource {
    private static final String REPOSITORIES = "repo_hrefs";
    private static final String KEPT = "repo_versions_keeplist";
    private static final String ALL = "*";

    /** Limit on what one request names. */
    private static final int MAX_NAMED = 1000;

    private static final Model<Void> RECLAIM = new Model<Void>("ReclaimSpace")
            .needs(REPOSITORIES, Schema.listOf(Schema.TEXT_OR_ANY))
            .takes(KEPT, Schema.listOf(Schema.URI));

    public static final List<Model<?>> MODELS = List.of(RECLAIM);

    private final References references;
    private final TaskDispatch dispatch;

    public ReclaimResource(References references, TaskDispatch dispatch) {
        this.references = references;
        this.dispatch = dispatch;
    }

    @POST
    @Path("repositories/reclaim_space")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "repositories_reclaim_space_reclaim",
            summary =
                    "Give back the bytes of blobs that a remote leads to, which are fetched again when they are pulled",
            body = "ReclaimSpace",
            answers = "202 AsyncOperationResponse")
    public Response reclaim(@Context RoutingContext request) throws IOException {
        Values values = Body.read(RECLAIM, request, false);
        Rights rights = Access.rights(request);
        List<String> named = values.texts(REPOSITORIES, List.of());
        List<String> versions = values.texts(KEPT, List.of());
        if (named.isEmpty()) {
            throw Problem.field(REPOSITORIES, "name repositories, or \"*\" for all of them");
        }
        if (named.size() > MAX_NAMED || versions.size() > MAX_NAMED) {
            throw Problem.field(REPOSITORIES, "name at most " + MAX_NAMED + " repositories and versions at once");
        }
        boolean all = named.contains(ALL);
        if (all && named.size() > 1) {
            throw Problem.field(REPOSITORIES, "\"*\" stands alone");
        }
        References seen = references.by(rights);
        List<RepositoryId> repositories = all
                ? List.of()
                : named.stream()
                        .map(href -> changeable(seen, rights, href).id())
                        .distinct()
                        .toList();
        List<ReclaimTasks.Kept> kept = versions.stream()
                .map(href -> kept(seen.version(KEPT, href)))
                .distinct()
                .toList();
        Reservation reservation = ReclaimTasks.SPACE;
        for (RepositoryId repository : repositories) {
            reservation = reservation.reading(ResourceType.REPOSITORY.prn(repository.value()));
        }
        return dispatch.start(
                ReclaimTasks.RECLAIM, new ReclaimTasks.Reclaim(all, repositories, kept), reservation, request);
    }

    private static Repository changeable(References seen, Rights rights, String href) {
        Repository repository = seen.repository(REPOSITORIES, href);
        if (!rights.on(repository, ReclaimTasks.PERMISSION)) {
            throw Access.denied(ReclaimTasks.PERMISSION);
        }
        return repository;
    }

    private static ReclaimTasks.Kept kept(VersionHref version) {
        return new ReclaimTasks.Kept(version.repository(), version.number());
    }
}
