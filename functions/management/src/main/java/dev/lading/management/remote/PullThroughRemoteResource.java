package dev.lading.management.remote;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.account.PrincipalId;
import dev.lading.distribution.PullThroughService;
import dev.lading.grant.GrantService;
import dev.lading.grant.Target;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Body;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Values;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.LabelActions;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.Responses;
import dev.lading.management.task.TaskDispatch;
import dev.lading.metadata.Labels;
import dev.lading.metadata.Write;
import dev.lading.operation.ResourceType;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteKind;
import dev.lading.remote.RemoteService;
import dev.lading.remote.RemoteSettings;
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
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** {@code remotes/container/pull-through/}: registries whose repositories are pulled through. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class PullThroughRemoteResource {
    private static final String LIST = "remotes/container/pull-through";
    private static final String HREF = "container_container_pull_through_remote_href";
    private static final String ONE = LIST + "/{" + HREF + "}";

    private final RemoteService remotes;
    private final TaskDispatch dispatch;
    private final RemoteSources sources;
    private final GrantService grants;
    private final PullThroughService pullThroughs;
    private final Pages pages;

    public PullThroughRemoteResource(
            RemoteService remotes,
            TaskDispatch dispatch,
            RemoteSources sources,
            GrantService grants,
            PullThroughService pullThroughs,
            Pages pages) {
        this.remotes = remotes;
        this.dispatch = dispatch;
        this.sources = sources;
        this.grants = grants;
        this.pullThroughs = pullThroughs;
        this.pages = pages;
    }

    @GET
    @Path(LIST)
    @Right(Right.BY_CALLER)
    @Operation(
            id = "remotes_container_pull_through_list",
            summary = "List pull-through remotes, newest first",
            answers = "200")
    public Response list(@Context UriInfo uri, @Context RoutingContext request) {
        return pages.page(RemoteModel.PULL_THROUGH_LIST, sources.pullThroughs(Access.rights(request)), uri);
    }

    @POST
    @Path(LIST)
    @Right(Right.BY_CALLER)
    @Operation(
            id = "remotes_container_pull_through_create",
            summary = "Make a pull-through remote",
            body = "container.ContainerPullThroughRemote",
            answers = "201 container.ContainerPullThroughRemoteResponse")
    public Response create(@Context RoutingContext request) throws IOException {
        Access.requireOnEverything(request, "add_containerpullthroughremote");
        Remote remote = create(Body.read(RemoteModel.PULL_THROUGH, request, false), request);
        return Responses.created(
                ResourceType.PULL_THROUGH_REMOTE.href(remote.id().value()), RemoteModel.PULL_THROUGH, remote);
    }

    /** Makes a remote as a body describes it, for whoever may. */
    public Remote create(Values values, RoutingContext request) {
        Access.requireOnEverything(request, "add_containerpullthroughremote");
        Optional<PrincipalId> maker = Access.rights(request).caller();
        return remotes.create(
                sealing -> RemoteModel.createPullThrough(values, sealing),
                maker,
                id -> grants.owning(maker, Target.remote(RemoteKind.PULL_THROUGH, id)));
    }

    @GET
    @Path(ONE)
    @Right("view_containerpullthroughremote")
    @Operation(
            id = "remotes_container_pull_through_read",
            summary = "Show a pull-through remote",
            answers = "200 container.ContainerPullThroughRemoteResponse")
    public Response read(@PathParam(HREF) String id, @Context UriInfo uri) {
        return Responses.ok(RemoteModel.PULL_THROUGH, get(id), uri);
    }

    private Remote get(String id) {
        return remotes.get(RemoteKind.PULL_THROUGH, new RemoteId(ResourceModel.pathId(id)));
    }

    @PUT
    @Path(ONE)
    @Right("change_containerpullthroughremote")
    @Operation(
            id = "remotes_container_pull_through_update",
            summary = "Change a pull-through remote",
            body = "container.ContainerPullThroughRemote",
            answers = {"200 container.ContainerPullThroughRemoteResponse", "202 AsyncOperationResponse"})
    public Response update(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return change(id, request, false);
    }

    @PATCH
    @Path(ONE)
    @Right("change_containerpullthroughremote")
    @Operation(
            id = "remotes_container_pull_through_partial_update",
            summary = "Change some fields of a pull-through remote",
            body = "container.ContainerPullThroughRemote",
            partial = true,
            answers = {"200 container.ContainerPullThroughRemoteResponse", "202 AsyncOperationResponse"})
    public Response partialUpdate(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return change(id, request, true);
    }

    private Response change(String id, RoutingContext request, boolean partial) throws IOException {
        Remote remote = get(id);
        return change(remote, Body.read(RemoteModel.PULL_THROUGH, request, partial), request)
                .map(dispatch::started)
                .orElseGet(() -> Responses.ok(RemoteModel.PULL_THROUGH, remote));
    }

    /** Changes a remote as a body says; empty: it is so already. */
    public Optional<Task> change(Remote remote, Values values, RoutingContext request) {
        Remote changed = remotes.update(
                remote.id(),
                Access.caller(request),
                (before, sealing) -> RemoteModel.changedPullThrough(values, before, sealing),
                (before, after) -> conditions(values, remote.id(), before, after));
        return changed.equals(remote)
                ? Optional.empty()
                : Optional.of(dispatch.update(
                        ResourceType.PULL_THROUGH_REMOTE, remote.id().value(), request));
    }

    /** What must hold for a change of where it leads. */
    private List<Write> conditions(Values values, RemoteId id, RemoteSettings before, RemoteSettings after) {
        return after.url().equals(before.url()) || values.bool(RemoteModel.OTHER_UPSTREAM, false)
                ? List.of()
                : pullThroughs
                        .of(id)
                        .map(through -> pullThroughs.requireNothingMade(through, "url"))
                        .toList();
    }

    @DELETE
    @Path(ONE)
    @Right("delete_containerpullthroughremote")
    @Operation(
            id = "remotes_container_pull_through_delete",
            summary = "Delete a pull-through remote",
            answers = "202 AsyncOperationResponse")
    public Response delete(@PathParam(HREF) String id, @Context RoutingContext request) {
        return dispatch.delete(ResourceType.PULL_THROUGH_REMOTE, get(id).id().value(), request);
    }

    @POST
    @Path(ONE + "/set_label")
    @Right("change_containerpullthroughremote")
    @Operation(
            id = "remotes_container_pull_through_set_label",
            summary = "Set a label of a pull-through remote",
            body = "SetLabel",
            answers = "201 SetLabelResponse")
    public Response setLabel(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        RemoteId remote = get(id).id();
        return LabelActions.set(LabelActions.CREATED, request, change -> relabel(remote, change));
    }

    @POST
    @Path(ONE + "/unset_label")
    @Right("change_containerpullthroughremote")
    @Operation(
            id = "remotes_container_pull_through_unset_label",
            summary = "Take a label from a pull-through remote",
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
