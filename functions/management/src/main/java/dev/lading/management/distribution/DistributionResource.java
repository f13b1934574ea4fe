package dev.lading.management.distribution;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.distribution.Distribution;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.DistributionService;
import dev.lading.distribution.DistributionSettings;
import dev.lading.distribution.NewNames;
import dev.lading.grant.Namespace;
import dev.lading.grant.NamespaceService;
import dev.lading.grant.Rights;
import dev.lading.grant.VisibleObjects;
import dev.lading.history.row.RepositoryId;
import dev.lading.http.RegistryUrls;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Body;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Values;
import dev.lading.management.distribution.DistributionModel.Shown;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.LabelActions;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.References;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.Responses;
import dev.lading.management.task.TaskDispatch;
import dev.lading.metadata.Labels;
import dev.lading.oci.RepositoryName;
import dev.lading.operation.ResourceTasks;
import dev.lading.operation.ResourceType;
import dev.lading.repository.RepositoryService;
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

/** {@code distributions/container/container/}: base paths and what is served there. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class DistributionResource {
    private static final String LIST = "distributions";
    private static final String HREF = "container_container_distribution_href";
    private static final String ONE = LIST + "/container/container/{" + HREF + "}";

    private final DistributionService distributions;
    private final References references;
    private final TaskDispatch dispatch;
    private final DistributionLists lists;
    private final RepositoryService repositories;
    private final NamespaceService namespaces;
    private final VisibleObjects visible;
    private final Pages pages;
    private final RegistryUrls urls;
    private final NewNames newNames;

    public DistributionResource(
            DistributionService distributions,
            References references,
            TaskDispatch dispatch,
            DistributionLists lists,
            RepositoryService repositories,
            NamespaceService namespaces,
            VisibleObjects visible,
            Pages pages,
            RegistryUrls urls,
            NewNames newNames) {
        this.distributions = distributions;
        this.references = references;
        this.dispatch = dispatch;
        this.lists = lists;
        this.repositories = repositories;
        this.namespaces = namespaces;
        this.visible = visible;
        this.pages = pages;
        this.urls = urls;
        this.newNames = newNames;
    }

    @GET
    @Path(LIST)
    @Right(Right.BY_CALLER)
    @Operation(id = "distributions_list", summary = "List distributions of all types", answers = "200")
    public Response listAll(@Context UriInfo uri, @Context RoutingContext request) {
        Rights rights = Access.rights(request);
        String host = urls.host(uri);
        ListingSource<Listed> all = ListingSource.joined(
                all(uri, rights), lists.pullThroughs(rights).as(each -> new Listed.Through(each, host)));
        return pages.page(lists.allDistributions, all, uri);
    }

    @GET
    @Path(LIST + "/container/container")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "distributions_container_container_list",
            summary = "List distributions, newest first",
            answers = "200")
    public Response list(@Context UriInfo uri, @Context RoutingContext request) {
        return pages.page(lists.distributions, all(uri, Access.rights(request)), uri);
    }

    private ListingSource<Shown> all(UriInfo uri, Rights rights) {
        String host = urls.host(uri);
        ListingSource<Shown> all =
                ListingSource.of(() -> visible.distributions(rights).map(each -> new Shown(each, host)));
        if (rights.caller().isPresent()) {
            all.only(shown -> rights.sees(shown.distribution()));
        }
        return ResourceModel.byId(
                        all,
                        ResourceType.DISTRIBUTION,
                        id -> distributions.find(new DistributionId(id)).map(each -> new Shown(each, host)))
                .by("name", name -> distributions.findNamed(name).map(each -> new Shown(each, host)).stream())
                .by("base_path", path -> at(path).map(each -> new Shown(each, host)).stream());
    }

    private Optional<Distribution> at(String path) {
        return RepositoryName.isValid(path) ? distributions.findAt(new RepositoryName(path)) : Optional.empty();
    }

    @POST
    @Path(LIST + "/container/container")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "distributions_container_container_create",
            summary = "Make a distribution",
            body = "container.ContainerDistribution",
            answers = "202 AsyncOperationResponse")
    public Response create(@Context RoutingContext request) throws IOException {
        return dispatch.started(create(Body.read(DistributionModel.DISTRIBUTION, request, false), request));
    }

    /** Makes a distribution as a body describes it, for whoever may. */
    public Task create(Values values, RoutingContext request) {
        Rights rights = Access.rights(request);
        DistributionSettings settings = DistributionModel.created(values, references.by(rights), newNames);
        requireMaking(settings.basePath(), rights);
        repositories.requireOutside(settings.basePath());
        requireLinking(settings, Optional.empty(), rights);
        requireFree(settings, Optional.empty());
        return dispatch.dispatch(
                ResourceTasks.CREATE,
                new ResourceTasks.Creation(distributions.newId(), settings, rights.caller()),
                ResourceTasks.DISTRIBUTIONS,
                request);
    }

    /** Refuses base paths in namespaces where the caller may make none. */
    private void requireMaking(RepositoryName basePath, Rights rights) {
        String namespace = Namespace.of(basePath);
        boolean may = rights.inNamespace(namespace, "namespace_add_containerdistribution")
                || (rights.onEverything("add_containerdistribution")
                        && namespaces.find(namespace).isPresent());
        if (!may) {
            throw Access.denied("namespace_add_containerdistribution");
        }
    }

    /** Refuses to serve a repository for a caller who may not change it: pushes to the base path would. */
    private void requireLinking(DistributionSettings wanted, Optional<DistributionSettings> before, Rights rights) {
        Optional<RepositoryId> linked = wanted.repository();
        boolean refused = !before.flatMap(DistributionSettings::repository).equals(linked)
                && linked.flatMap(repositories::find)
                        .filter(repository -> !rights.on(repository, "modify_content_containerrepository"))
                        .isPresent();
        if (refused) {
            throw Access.denied("modify_content_containerrepository");
        }
    }

    @GET
    @Path(ONE)
    @Right("view_containerdistribution")
    @Operation(
            id = "distributions_container_container_read",
            summary = "Show a distribution",
            answers = "200 container.ContainerDistributionResponse")
    public Response read(@PathParam(HREF) String id, @Context UriInfo uri) {
        return Responses.ok(DistributionModel.DISTRIBUTION, new Shown(get(id), urls.host(uri)), uri);
    }

    private Distribution get(String id) {
        return distributions.get(new DistributionId(ResourceModel.pathId(id)));
    }

    @PUT
    @Path(ONE)
    @Right("change_containerdistribution")
    @Operation(
            id = "distributions_container_container_update",
            summary = "Change a distribution",
            body = "container.ContainerDistribution",
            answers = {"200 container.ContainerDistributionResponse", "202 AsyncOperationResponse"})
    public Response update(@PathParam(HREF) String id, @Context UriInfo uri, @Context RoutingContext request)
            throws IOException {
        return change(id, uri, request, false);
    }

    @PATCH
    @Path(ONE)
    @Right("change_containerdistribution")
    @Operation(
            id = "distributions_container_container_partial_update",
            summary = "Change some fields of a distribution",
            body = "container.ContainerDistribution",
            partial = true,
            answers = {"200 container.ContainerDistributionResponse", "202 AsyncOperationResponse"})
    public Response partialUpdate(@PathParam(HREF) String id, @Context UriInfo uri, @Context RoutingContext request)
            throws IOException {
        return change(id, uri, request, true);
    }

    private Response change(String id, UriInfo uri, RoutingContext request, boolean partial) throws IOException {
        Distribution distribution = get(id);
        return change(distribution, Body.read(DistributionModel.DISTRIBUTION, request, partial), request)
                .map(dispatch::started)
                .orElseGet(() -> Responses.ok(DistributionModel.DISTRIBUTION, new Shown(distribution, urls.host(uri))));
    }

    /** Changes a distribution as a body says; empty: it is so already. */
    public Optional<Task> change(Distribution distribution, Values values, RoutingContext request) {
        Rights rights = Access.rights(request);
        References named = references.by(rights);
        DistributionSettings wanted = DistributionModel.changed(values, distribution.settings(), named);
        if (wanted.equals(distribution.settings())) {
            return Optional.empty();
        }
        if (!wanted.basePath().equals(distribution.settings().basePath())) {
            requireMaking(wanted.basePath(), rights);
            repositories.requireOutside(wanted.basePath());
        }
        requireLinking(wanted, Optional.of(distribution.settings()), rights);
        requireFree(wanted, Optional.of(distribution));
        var _ = distributions.update(distribution.id(), before -> DistributionModel.changed(values, before, named));
        return Optional.of(
                dispatch.update(ResourceType.DISTRIBUTION, distribution.id().value(), request));
    }

    /** Rejects taken names at once, although the task would report them, too. */
    private void requireFree(DistributionSettings settings, Optional<Distribution> self) {
        if (isOther(distributions.findNamed(settings.name()), self)) {
            throw Problem.field("name", "there is a distribution '" + settings.name() + "' already");
        }
        if (isOther(distributions.findAt(settings.basePath()), self)) {
            throw Problem.field("base_path", "there is a distribution at '" + settings.basePath() + "' already");
        }
    }

    private static boolean isOther(Optional<Distribution> found, Optional<Distribution> self) {
        return found.filter(d -> !d.id().equals(self.map(Distribution::id).orElse(null)))
                .isPresent();
    }

    @DELETE
    @Path(ONE)
    @Right("delete_containerdistribution")
    @Operation(
            id = "distributions_container_container_delete",
            summary = "Delete a distribution; what it served stays in its repository",
            answers = "202 AsyncOperationResponse")
    public Response delete(@PathParam(HREF) String id, @Context RoutingContext request) {
        return dispatch.delete(ResourceType.DISTRIBUTION, get(id).id().value(), request);
    }

    @POST
    @Path(ONE + "/set_label")
    @Right("change_containerdistribution")
    @Operation(
            id = "distributions_container_container_set_label",
            summary = "Set a label of a distribution",
            body = "SetLabel",
            answers = "200 SetLabelResponse")
    public Response setLabel(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        Distribution distribution = get(id);
        return LabelActions.set(LabelActions.OK, request, change -> relabel(distribution, change));
    }

    @POST
    @Path(ONE + "/unset_label")
    @Right("change_containerdistribution")
    @Operation(
            id = "distributions_container_container_unset_label",
            summary = "Take a label from a distribution",
            body = "UnsetLabel",
            answers = "200 UnsetLabelResponse")
    public Response unsetLabel(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        Distribution distribution = get(id);
        return LabelActions.unset(LabelActions.OK, request, change -> relabel(distribution, change));
    }

    private void relabel(Distribution distribution, UnaryOperator<Labels> change) {
        distributions.update(distribution.id(), before -> before.labelled(change.apply(before.labels())));
    }
}
