package dev.lading.management.repository;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.history.Repository;
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
import dev.lading.operation.Reservation;
import dev.lading.operation.ResourceType;
import dev.lading.remote.RemoteId;
import dev.lading.repository.RepositoryService;
import dev.lading.sync.SyncTask;
import dev.lading.sync.run.SyncRequest;
import dev.lading.task.Task;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@code sync/} of a repository. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class SyncResource {
    public static final Model<Void> SYNC = new Model<Void>("ContainerRepositorySyncURL")
            .takes("remote", Schema.URI)
            .takes("mirror", Schema.BOOLEAN.orElse(false))
            .takes(
                    "mirror_empty",
                    Schema.BOOLEAN
                            .orElse(false)
                            .described(
                                    "Lading's own: whether a mirror may lose all its tags, if the upstream has none"))
            .takes("signed_only", Schema.BOOLEAN.orElse(false));

    public static final List<Model<?>> MODELS = List.of(SYNC);

    private final RepositoryService repositories;
    private final References references;
    private final TaskDispatch dispatch;

    public SyncResource(RepositoryService repositories, References references, TaskDispatch dispatch) {
        this.repositories = repositories;
        this.references = references;
        this.dispatch = dispatch;
    }

    @POST
    @Path(RepositoryResource.ONE + "/sync")
    @Right("sync_containerrepository")
    @Operation(
            id = "repositories_container_container_sync",
            summary = "Take what the remote names from its upstream",
            body = "ContainerRepositorySyncURL",
            answers = "202 AsyncOperationResponse")
    public Response sync(@PathParam(RepositoryResource.HREF) String id, @Context RoutingContext request)
            throws IOException {
        Repository repository = repositories.get(RepositoryResource.id(id));
        return dispatch.started(sync(repository, Body.read(SYNC, request, false), request));
    }

    /** Starts a sync as a body describes it. */
    public Task sync(Repository repository, Values values, RoutingContext request) {
        RemoteId remote = remote(values, repository, references.by(Access.rights(request)));
        var sync = new SyncRequest(
                repository.id(),
                remote,
                values.bool("mirror", false),
                values.bool("mirror_empty", false),
                values.bool("signed_only", false));
        Reservation reservation = Reservation.of(repository.id()).reading(ResourceType.REMOTE.prn(remote.value()));
        return dispatch.dispatch(SyncTask.NAME, sync, reservation, request);
    }

    /** The remote that is named, or else the repository's own. */
    private static RemoteId remote(Values values, Repository repository, References references) {
        Optional<String> named = values.text("remote", Optional.empty());
        return named.map(href -> references.remote("remote", href))
                .or(() -> repository.settings().remote())
                .orElseThrow(() -> Problem.field("remote", "name a remote, since the repository has none"));
    }
}
