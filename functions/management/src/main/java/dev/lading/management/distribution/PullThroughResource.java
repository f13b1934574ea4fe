package dev.lading.management.distribution;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.DistributionService;
import dev.lading.distribution.NewNames;
import dev.lading.distribution.PullThroughDistribution;
import dev.lading.distribution.PullThroughService;
import dev.lading.distribution.PullThroughSettings;
import dev.lading.grant.Namespace;
import dev.lading.grant.NamespaceService;
import dev.lading.grant.Rights;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Body;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Values;
import dev.lading.management.distribution.PullThroughModel.Shown;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.LabelActions;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.Responses;
import dev.lading.management.task.TaskDispatch;
import dev.lading.metadata.Labels;
import dev.lading.oci.RepositoryName;
import dev.lading.operation.ResourceTasks;
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

/** {@code distributions/container/pull-through/}: base paths beneath which an upstream's repositories are pulled. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class PullThroughResource {
    private static final String LIST = "distributions/container/pull-through";
    private static final String HREF = "container_container_pull_through_distribution_href";
    private static final String ONE = LIST + "/{" + HREF + "}";

    private final PullThroughService pullThroughs;
    private final DistributionService distributions;
    private final RemoteService remotes;
    private final NamespaceService namespaces;
    private final DistributionLists lists;
    private final TaskDispatch dispatch;
    private final Pages pages;
    private final NewNames newNames;

    public PullThroughResource(
            PullThroughService pullThroughs,
            DistributionService distributions,
            RemoteService remotes,
            NamespaceService namespaces,
            DistributionLists lists,
            TaskDispatch dispatch,
            Pages pages,
            NewNames newNames) {
        this.pullThroughs = pullThroughs;
        this.distributions = distributions;
        this.remotes = remotes;
        this.namespaces = namespaces;
        this.lists = lists;
        this.dispatch = dispatch;
        this.pages = pages;
        this.newNames = newNames;
    }

    private Shown shown(PullThroughDistribution distribution) {
        return new Shown(distribution, pullThroughs);
    }

    @GET
    @Path(LIST)
    @Right(Right.BY_CALLER)
    @Operation(
            id = "distributions_container_pull_through_list",
            summary = "List pull-through distributions, newest first",
            answers = "200")
    public Response list(@Context UriInfo uri, @Context RoutingContext request) {
        ListingSource<Shown> source = lists.pullThroughs(Access.rights(request)).as(this::shown);
        return pages.page(PullThroughModel.LIST, source, uri);
    }

    @POST
    @Path(LIST)
    @Right(Right.BY_CALLER)
    @Operation(
            id = "distributions_container_pull_through_create",
            summary = "Make a pull-through distribution",
            body = "container.ContainerPullThroughDistribution",
            answers = "202 AsyncOperationResponse")
    public Response create(@Context RoutingContext request) throws IOException {
        return dispatch.started(create(Body.read(PullThroughModel.PULL_THROUGH, request, false), request));
    }

    /** Makes a pull-through distribution as a body describes it, for whoever may. */
    public Task create(Values values, RoutingContext request) {
        Rights rights = Access.rights(request);
        PullThroughSettings settings =
                PullThroughModel.created(values, reference -> remote(reference, rights), newNames);
        requireMaking(settings.basePath(), rights);
        if (pullThroughs.findNamed(settings.name()).isPresent()) {
            throw Problem.field("name", "there is a pull-through distribution '" + settings.name() + "' already");
        }
        pullThroughs.requireRoom(settings.basePath());
        return dispatch.dispatch(
                ResourceTasks.CREATE_PULL_THROUGH,
                new ResourceTasks.PullThroughCreation(distributions.newId(), settings, rights.caller()),
                ResourceTasks.DISTRIBUTIONS,
                request);
    }

    private RemoteId remote(String reference, Rights rights) {
        return ResourceType.PULL_THROUGH_REMOTE
                .id(reference)
                .map(RemoteId::new)
                .flatMap(id -> remotes.find(RemoteKind.PULL_THROUGH, id))
                .filter(remote -> rights.on(remote, "view_containerpullthroughremote"))
                .map(Remote::id)
                .orElseThrow(
                        () -> Problem.field(PullThroughModel.REMOTE, "there is no pull-through remote " + reference));
    }

    /** Refuses base paths in namespaces where the caller may make none. */
    private void requireMaking(RepositoryName basePath, Rights rights) {
        String namespace = Namespace.of(basePath);
        boolean may = rights.inNamespace(namespace, "namespace_add_containerdistribution")
                || (rights.onEverything("add_containerpullthroughdistribution")
                        && namespaces.find(namespace).isPresent());
        if (!may) {
            throw Access.denied("namespace_add_containerdistribution");
        }
    }

    @GET
    @Path(ONE)
    @Right("view_containerpullthroughdistribution")
    @Operation(
            id = "distributions_container_pull_through_read",
            summary = "Show a pull-through distribution",
            answers = "200 container.ContainerPullThroughDistributionResponse")
    public Response read(@PathParam(HREF) String id, @Context UriInfo uri) {
        return Responses.ok(PullThroughModel.PULL_THROUGH, shown(get(id)), uri);
    }

    private PullThroughDistribution get(String id) {
        return pullThroughs.get(new DistributionId(ResourceModel.pathId(id)));
    }

    @PUT
    @Path(ONE)
    @Right("change_containerpullthroughdistribution")
    @Operation(
            id = "distributions_container_pull_through_update",
            summary = "Change a pull-through distribution",
            body = "container.ContainerPullThroughDistribution",
            answers = {"200 container.ContainerPullThroughDistributionResponse", "202 AsyncOperationResponse"})
    public Response update(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return change(id, request, false);
    }

    @PATCH
    @Path(ONE)
    @Right("change_containerpullthroughdistribution")
    @Operation(
            id = "distributions_container_pull_through_partial_update",
            summary = "Change some fields of a pull-through distribution",
            body = "container.ContainerPullThroughDistribution",
            partial = true,
            answers = {"200 container.ContainerPullThroughDistributionResponse", "202 AsyncOperationResponse"})
    public Response partialUpdate(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return change(id, request, true);
    }

    private Response change(String id, RoutingContext request, boolean partial) throws IOException {
        PullThroughDistribution distribution = get(id);
        return change(distribution, Body.read(PullThroughModel.PULL_THROUGH, request, partial), request)
                .map(dispatch::started)
                .orElseGet(() -> Responses.ok(PullThroughModel.PULL_THROUGH, shown(distribution)));
    }

    /** Changes a pull-through distribution as a body says; empty: it is so already. */
    public Optional<Task> change(PullThroughDistribution distribution, Values values, RoutingContext request) {
        Rights rights = Access.rights(request);
        UnaryOperator<PullThroughSettings> change =
                before -> PullThroughModel.changed(values, before, reference -> remote(reference, rights));
        PullThroughSettings wanted = change.apply(distribution.settings());
        if (wanted.equals(distribution.settings())) {
            return Optional.empty();
        }
        if (!wanted.basePath().equals(distribution.settings().basePath())) {
            requireMaking(wanted.basePath(), rights);
        }
        var _ = pullThroughs.update(distribution.id(), change, values.bool(PullThroughModel.OTHER_UPSTREAM, false));
        return Optional.of(
                dispatch.update(ResourceType.PULL_THROUGH, distribution.id().value(), request));
    }

    @DELETE
    @Path(ONE)
    @Right("delete_containerpullthroughdistribution")
    @Operation(
            id = "distributions_container_pull_through_delete",
            summary = "Delete a pull-through distribution; what was pulled through it stays",
            answers = "202 AsyncOperationResponse")
    public Response delete(@PathParam(HREF) String id, @Context RoutingContext request) {
        return dispatch.delete(ResourceType.PULL_THROUGH, get(id).id().value(), request);
    }

    @POST
    @Path(ONE + "/set_label")
    @Right("change_containerpullthroughdistribution")
    @Operation(
            id = "distributions_container_pull_through_set_label",
            summary = "Set a label of a pull-through distribution",
            body = "SetLabel",
            answers = "200 SetLabelResponse")
    public Response setLabel(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        DistributionId distribution = get(id).id();
        return LabelActions.set(LabelActions.OK, request, change -> relabel(distribution, change));
    }

    @POST
    @Path(ONE + "/unset_label")
    @Right("change_containerpullthroughdistribution")
    @Operation(
            id = "distributions_container_pull_through_unset_label",
            summary = "Take a label from a pull-through distribution",
            body = "UnsetLabel",
            answers = "200 UnsetLabelResponse")
    public Response unsetLabel(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        DistributionId distribution = get(id).id();
        return LabelActions.unset(LabelActions.OK, request, change -> relabel(distribution, change));
    }

    private void relabel(DistributionId id, UnaryOperator<Labels> change) {
        pullThroughs.update(id, before -> before.labelled(change.apply(before.labels())), false);
    }
}
