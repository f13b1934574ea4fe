package dev.lading.management.remote;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.account.PrincipalId;
import dev.lading.grant.GrantService;
import dev.lading.grant.Rights;
import dev.lading.grant.Target;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Body;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Values;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.LabelActions;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.Responses;
import dev.lading.management.task.TaskDispatch;
import dev.lading.metadata.Labels;
import dev.lading.operation.ResourceType;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteKind;
import dev.lading.remote.RemoteService;
import dev.lading.task.Task;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** {@code remotes/container/container/}: upstream repositories. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class RemoteResource {
    private static final String LIST = "remotes";
    private static final String HREF = "container_container_remote_href";
    private static final String ONE = LIST + "/container/container/{" + HREF + "}";

    private final RemoteService remotes;
    private final TaskDispatch dispatch;
    private final RemoteSources sources;
    private final GrantService grants;
    private final Pages pages;

    public RemoteResource(
            RemoteService remotes, TaskDispatch dispatch, RemoteSources sources, GrantService grants, Pages pages) {
        this.remotes = remotes;
        this.dispatch = dispatch;
        this.sources = sources;
        this.grants = grants;
        this.pages = pages;
    }

    @GET
    @Path(LIST)
    @Right(Right.BY_CALLER)
    @Operation(id = "remotes_list", summary = "List remotes of all types", answers = "200")
    public Response listAll(@Context UriInfo uri, @Context RoutingContext request) {
        Rights rights = Access.rights(request);
        var all = ListingSource.joined(sources.remotes(rights), sources.pullThroughs(rights));
        return pages.page(RemoteModel.GENERIC_LIST, all, uri);
    }

    @GET
    @Path(LIST + "/container/container")
    @Right(Right.BY_CALLER)
    @Operation(id = "remotes_container_container_list", summary = "List remotes, newest first", answers = "200")
    public Response list(@Context UriInfo uri, @Context RoutingContext request) {
        return pages.page(RemoteModel.LIST, sources.remotes(Access.rights(request)), uri);
    }

    @POST
    @Path(LIST + "/container/container")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "remotes_container_container_create",
            summary = "Make a remote",
            body = "container.ContainerRemote",
            answers = "201 container.ContainerRemoteResponse")
    public Response create(@Context RoutingContext request) throws IOException {
        Access.requireOnEverything(request, "add_containerremote");
        Remote remote = create(Body.read(RemoteModel.REMOTE, request, false), request);
        return Responses.created(ResourceType.REMOTE.href(remote.id().value()), RemoteModel.REMOTE, remote);
    }

    /** Makes a remote as a body describes it, for whoever may. */
    public Remote create(Values values, RoutingContext request) {
        Access.requireOnEverything(request, "add_containerremote");
        Optional<PrincipalId> maker = Access.rights(request).caller();
        return remotes.create(
                sealing -> RemoteModel.create(values, sealing), maker, id -> grants.owning(maker, Target.remote(id)));
    }

    @GET
    @Path(ONE)
    @Right("view_containerremote")
    @Operation(
            id = "remotes_container_container_read",
            summary = "Show a remote",
            answers = "200 container.ContainerRemoteResponse")
    public Response read(@PathParam(HREF) String id, @Context UriInfo uri) {
        return Responses.ok(RemoteModel.REMOTE, get(id), uri);
    }

    private Remote get(String id) {
        return remotes.get(RemoteKind.CONTAINER, new RemoteId(ResourceModel.pathId(id)));
    }

    @PUT
    @Path(ONE)
    @Right("change_containerremote")
    @Operation(
            id = "remotes_container_container_update",
            summary = "Change a remote",
            body = "container.ContainerRemote",
            answers = {"200 container.ContainerRemoteResponse", "202 AsyncOperationResponse"})
    public Response update(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return change(id, request, false);
    }

    @PATCH
    @Path(ONE)
    @Right("change_containerremote")
    @Operation(
            id = "remotes_container_container_partial_update",
            summary = "Change some fields of a remote",
            body = "container.ContainerRemote",
            partial = true,
            answers = {"200 container.ContainerRemoteResponse", "202 AsyncOperationResponse"})
    public Response partialUpdate(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return change(id, request, true);
    }

    private Response change(String id, RoutingContext request, boolean partial) throws IOException {
        Remote remote = get(id);
        return change(remote, Body.read(RemoteModel.REMOTE, request, partial), request)
                .map(dispatch::started)
                .orElseGet(() -> Responses.ok(RemoteModel.REMOTE, remote));
    }

    /** Changes a remote as a body says; empty: it is so already. */
    public Optional<Task> change(Remote remote, Values values, RoutingContext request) {
        Remote changed = remotes.update(
                remote.id(), Access.caller(request), (before, sealing) -> RemoteModel.changed(values, before, sealing));
        return changed.equals(remote)
                ? Optional.empty()
                : Optional.of(dispatch.update(ResourceType.REMOTE, remote.id().value(), request));
    }

    @DELETE
    @Path(ONE)
    @Right("delete_containerremote")
    @Operation(
            id = "remotes_container_container_delete",
            summary = "Delete a remote",
            answers = "202 AsyncOperationResponse")
    public Response delete(@PathParam(HREF) String id, @Context RoutingContext request) {
        return dispatch.delete(ResourceType.REMOTE, get(id).id().value(), request);
    }

    @POST
    @Path(ONE + "/set_label")
    @Right("change_containerremote")
    @Operation(
            id = "remotes_container_container_set_label",
            summary = "Set a label of a remote",
            body = "SetLabel",
            answers = "201 SetLabelResponse")
    public Response setLabel(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        RemoteId remote = get(id).id();
        return LabelActions.set(LabelActions.CREATED, request, change -> relabel(remote, change));
    }

    @POST
    @Path(ONE + "/unset_label")
    @Right("change_containerremote")
    @Operation(
            id = "remotes_container_container_unset_label",
            summary = "Take a label from a remote",
            body = "UnsetLabel",
            answers = "201 UnsetLabelResponse")
    public Response unsetLabel(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        RemoteId remote = get(id).id();
        return LabelActions.unset(LabelActions.CREATED, request, change -> relabel(remote, change));
    }

    private void relabel(RemoteId id, UnaryOperator<Labels> change) {
        remotes.update(id, Optional.empty(), (before, sealing) -> before.labelled(change.apply(before.labels())));
    }
}
