package dev.lading.management.repository;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.account.PrincipalId;
import dev.lading.grant.GrantService;
import dev.lading.grant.Rights;
import dev.lading.grant.VisibleObjects;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryKind;
import dev.lading.history.RepositorySettings;
import dev.lading.history.row.RepositoryId;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Body;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Values;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.LabelActions;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.References;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.Responses;
import dev.lading.management.task.TaskDispatch;
import dev.lading.metadata.Labels;
import dev.lading.operation.ResourceType;
import dev.lading.operation.ScheduledSyncs;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** {@code repositories/container/container/}: named series of versions. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class RepositoryResource {
    private static final String LIST = "repositories";
    static final String HREF = "container_container_repository_href";
    static final String ONE = LIST + "/container/container/{" + HREF + "}";

    private final RepositoryService repositories;
    private final ScheduledSyncs syncs;
    private final References references;
    private final TaskDispatch dispatch;
    private final RepositoryLists lists;
    private final VisibleObjects visible;
    private final GrantService grants;
    private final Pages pages;
    private final InstantSource clock;

    public RepositoryResource(
            RepositoryService repositories,
            ScheduledSyncs syncs,
            References references,
            TaskDispatch dispatch,
            RepositoryLists lists,
            VisibleObjects visible,
            GrantService grants,
            Pages pages,
            InstantSource clock) {
        this.repositories = repositories;
        this.syncs = syncs;
        this.references = references;
        this.dispatch = dispatch;
        this.lists = lists;
        this.visible = visible;
        this.grants = grants;
        this.pages = pages;
        this.clock = clock;
    }

    @GET
    @Path(LIST)
    @Right(Right.BY_CALLER)
    @Operation(id = "repositories_list", summary = "List repositories of all types", answers = "200")
    public Response listAll(@Context UriInfo uri, @Context RoutingContext request) {
        return pages.page(lists.allRepositories, ofAllTypes(Access.rights(request)), uri);
    }

    @GET
    @Path(LIST + "/container/container")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "repositories_container_container_list",
            summary = "List repositories, newest first",
            answers = "200")
    public Response list(@Context UriInfo uri, @Context RoutingContext request) {
        return pages.page(lists.repositories, all(Access.rights(request)), uri);
    }

    /**
     * Lists push repositories for clients that look here: every repository accepts pushes, so there are none of that
     * type.
     */
    @GET
    @Path(LIST + "/container/container-push")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "repositories_container_container_push_list",
            summary = "List repositories of the type for pushes, of which there are none",
            answers = "200")
    public Response listPush(@Context UriInfo uri) {
        return pages.page(lists.repositories, ListingSource.of(Stream::empty), uri);
    }

    @POST
    @Path(LIST + "/container/container")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "repositories_container_container_create",
            summary = "Make a repository with an empty version",
            body = "container.ContainerRepository",
            answers = "201 container.ContainerRepositoryResponse")
    public Response create(@Context RoutingContext request) throws IOException {
        Access.requireOnEverything(request, "add_containerrepository");
        Repository repository = create(Body.read(lists.repositories.model(), request, false), request);
        return Responses.created(
                ResourceType.REPOSITORY.href(repository.id().value()), lists.repositories.model(), repository);
    }

    /** Makes a repository as a body describes it, for whoever may. */
    public Repository create(Values values, RoutingContext request) {
        Access.requireOnEverything(request, "add_containerrepository");
        Rights rights = Access.rights(request);
        RepositorySettings settings = RepositoryModel.created(values, references.by(rights), clock.instant())
                .by(rights.caller(), Optional.empty());
        return syncs.create(settings, grants.owner(rights.caller()));
    }

    @GET
    @Path(ONE)
    @Right("view_containerrepository")
    @Operation(
            id = "repositories_container_container_read",
            summary = "Show a repository",
            answers = "200 container.ContainerRepositoryResponse")
    public Response read(@PathParam(HREF) String id, @Context UriInfo uri) {
        return Responses.ok(lists.repositories.model(), get(id), uri);
    }

    private ListingSource<Repository> ofAllTypes(Rights rights) {
        ListingSource<Repository> all =
                ListingSource.byKeys(RepositoryModel.KEYS, repositories::names, repositories::find);
        if (rights.caller().isPresent()) {
            all = ListingSource.of(() -> Stream.concat(visible.repositories(rights), visible.fileRepositories(rights)))
                    .only(rights::sees);
        }
        Function<String, Stream<Repository>> named = reference -> ofEachKind(kind ->
                ResourceType.of(kind).id(reference).flatMap(id -> repositories.find(kind, new RepositoryId(id))));
        return all.by("pulp_href", named)
                .by("prn", named)
                .by("name", name -> ofEachKind(kind -> repositories.findNamed(kind, name)));
    }

    private static Stream<Repository> ofEachKind(Function<RepositoryKind, Optional<Repository>> find) {
        return Stream.of(RepositoryKind.values()).flatMap(kind -> find.apply(kind).stream());
    }

    private ListingSource<Repository> all(Rights rights) {
        ListingSource<Repository> all = ListingSource.byKeys(
                RepositoryModel.KEYS, () -> repositories.names(RepositoryKind.CONTAINER), repositories::find);
        if (rights.caller().isPresent()) {
            all = ListingSource.of(() -> visible.repositories(rights)).only(rights::sees);
        }
        return ResourceModel.byId(all, ResourceType.REPOSITORY, id -> repositories.find(new RepositoryId(id)))
                .by("name", name -> repositories.findNamed(name).stream());
    }

    private Repository get(String id) {
        return repositories.get(id(id));
    }

    /** @param path text of {@link #HREF} in a path */
    static RepositoryId id(String path) {
        return new RepositoryId(ResourceModel.pathId(path));
    }

    @PUT
    @Path(ONE)
    @Right("change_containerrepository")
    @Operation(
            id = "repositories_container_container_update",
            summary = "Change a repository",
            body = "container.ContainerRepository",
            answers = {"200 container.ContainerRepositoryResponse", "202 AsyncOperationResponse"})
    public Response update(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return change(id, request, false);
    }

    @PATCH
    @Path(ONE)
    @Right("change_containerrepository")
    @Operation(
            id = "repositories_container_container_partial_update",
            summary = "Change some fields of a repository",
            body = "container.ContainerRepository",
            partial = true,
            answers = {"200 container.ContainerRepositoryResponse", "202 AsyncOperationResponse"})
    public Response partialUpdate(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return change(id, request, true);
    }

    private Response change(String id, RoutingContext request, boolean partial) throws IOException {
        Repository repository = get(id);
        return change(repository, Body.read(lists.repositories.model(), request, partial), request)
                .map(dispatch::started)
                .orElseGet(() -> Responses.ok(lists.repositories.model(), repository));
    }

    /** Changes a repository as a body says; empty: it is so already. */
    public Optional<Task> change(Repository repository, Values values, RoutingContext request) {
        Instant now = clock.instant();
        Optional<PrincipalId> caller = Access.caller(request);
        References named = references.by(Access.rights(request));
        UnaryOperator<RepositorySettings> change =
                before -> RepositoryModel.changed(values, before, named, now).by(caller, Optional.of(before));
        RepositorySettings wanted = change.apply(repository.settings());
        if (wanted.equals(repository.settings())) {
            return Optional.empty();
        }
        var _ = syncs.update(repository.id(), change);
        return Optional.of(
                dispatch.update(ResourceType.REPOSITORY, repository.id().value(), request));
    }

    @DELETE
    @Path(ONE)
    @Right("delete_containerrepository")
    @Operation(
            id = "repositories_container_container_delete",
            summary = "Delete a repository with all its versions",
            answers = "202 AsyncOperationResponse")
    public Response delete(@PathParam(HREF) String id, @Context RoutingContext request) {
        return dispatch.delete(ResourceType.REPOSITORY, get(id).id().value(), request);
    }

    @POST
    @Path(ONE + "/set_label")
    @Right("change_containerrepository")
    @Operation(
            id = "repositories_container_container_set_label",
            summary = "Set a label of a repository",
            body = "SetLabel",
            answers = "201 SetLabelResponse")
    public Response setLabel(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        RepositoryId repository = get(id).id();
        return LabelActions.set(LabelActions.CREATED, request, change -> relabel(repository, change));
    }

    @POST
    @Path(ONE + "/unset_label")
    @Right("change_containerrepository")
    @Operation(
            id = "repositories_container_container_unset_label",
            summary = "Take a label from a repository",
            body = "UnsetLabel",
            answers = "201 UnsetLabelResponse")
    public Response unsetLabel(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        RepositoryId repository = get(id).id();
        return LabelActions.unset(LabelActions.CREATED, request, change -> relabel(repository, change));
    }

    private void relabel(RepositoryId id, UnaryOperator<Labels> change) {
        repositories.update(id, before -> before.labelled(change.apply(before.labels())));
    }
}
