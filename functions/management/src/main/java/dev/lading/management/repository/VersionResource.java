package dev.lading.management.repository;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.grant.Rights;
import dev.lading.grant.VisibleObjects;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryKind;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.VersionNote;
import dev.lading.history.row.RepositoryId;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Body;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.Responses;
import dev.lading.management.task.TaskDispatch;
import dev.lading.metadata.Page;
import dev.lading.operation.RepairTasks;
import dev.lading.operation.RepositoryTasks;
import dev.lading.operation.Reservation;
import dev.lading.operation.VersionHref;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import dev.lading.task.Task;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code …/versions/}: a repository's versions and their content. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class VersionResource {
    private static final String HREF = "container_container_repository_version_href";
    private static final String ALL = RepositoryResource.ONE + "/versions";
    private static final String ONE = ALL + "/{" + HREF + "}";

    private final RepositoryService repositories;
    private final VersionService versions;
    private final RepositoryLists lists;
    private final TaskDispatch dispatch;
    private final VisibleObjects visible;
    private final Pages pages;

    public VersionResource(
            RepositoryService repositories,
            VersionService versions,
            RepositoryLists lists,
            TaskDispatch dispatch,
            VisibleObjects visible,
            Pages pages) {
        this.repositories = repositories;
        this.versions = versions;
        this.lists = lists;
        this.dispatch = dispatch;
        this.visible = visible;
        this.pages = pages;
    }

    @GET
    @Path("repository_versions")
    @Right(Right.BY_CALLER)
    @Operation(id = "repository_versions_list", summary = "List versions of all repositories", answers = "200")
    public Response listAll(@Context UriInfo uri, @Context RoutingContext request) {
        Rights rights = Access.rights(request);
        ListingSource<RepositoryVersion> all =
                ListingSource.of(() -> seen(rights).flatMap(this::all));
        if (rights.caller().isPresent()) {
            all.only(version -> repositories
                    .find(version.repository())
                    .filter(each -> rights.on(each, "view_containerrepository"))
                    .isPresent());
        }
        return pages.page(lists.versions, byHref(all), uri);
    }

    private Stream<RepositoryId> seen(Rights rights) {
        return rights.caller().isPresent()
                ? visible.repositories(rights).map(Repository::id)
                : repositories.names(RepositoryKind.CONTAINER).map(named -> new RepositoryId(named.id()));
    }

    @GET
    @Path(ALL)
    @Right("view_containerrepository")
    @Operation(
            id = "repositories_container_container_versions_list",
            summary = "List versions of a repository, newest first",
            answers = "200")
    public Response list(@PathParam(RepositoryResource.HREF) String id, @Context UriInfo uri) {
        RepositoryId repository = repositories.get(RepositoryResource.id(id)).id();
        return pages.page(lists.versions, byHref(ListingSource.of(() -> all(repository))), uri);
    }

    private ListingSource<RepositoryVersion> byHref(ListingSource<RepositoryVersion> all) {
        return all.by(
                "pulp_href",
                href ->
                        VersionHref.parse(href)
                                .flatMap(version -> versions.find(version.repository(), version.number()))
                                .stream());
    }

    private Stream<RepositoryVersion> all(RepositoryId repository) {
        return Page.all((after, limit) -> versions.list(repository, after, limit));
    }

    @GET
    @Path(ONE)
    @Right("view_containerrepository")
    @Operation(
            id = "repositories_container_container_versions_read",
            summary = "Show a version with what it holds, added and removed",
            answers = "200 RepositoryVersionResponse")
    public Response read(
            @PathParam(RepositoryResource.HREF) String id, @PathParam(HREF) String number, @Context UriInfo uri) {
        return Responses.ok(VersionModel.VERSION, get(id, number), uri);
    }

    private RepositoryVersion get(String id, String number) {
        if (!number.matches("[0-9]{1,10}")) {
            throw Problem.notFound();
        }
        RepositoryId repository = repositories.get(RepositoryResource.id(id)).id();
        return versions.get(repository, Long.parseLong(number));
    }

    @PATCH
    @Path(ONE)
    @Right("modify_content_containerrepository")
    @Operation(
            id = "repositories_container_container_versions_partial_update",
            summary = "Give a version its note, which stays",
            body = "RepositoryVersion",
            partial = true,
            answers = "200 RepositoryVersionResponse")
    public Response note(
            @PathParam(RepositoryResource.HREF) String id,
            @PathParam(HREF) String number,
            @Context RoutingContext request)
            throws IOException {
        RepositoryVersion version = get(id, number);
        Optional<VersionNote> note = VersionModel.note(Body.read(VersionModel.VERSION, request, true));
        return Responses.ok(
                VersionModel.VERSION,
                note.map(given -> versions.note(version.repository(), version.version(), given))
                        .orElse(version));
    }

    @DELETE
    @Path(ONE)
    @Right("delete_containerrepository_versions")
    @Operation(
            id = "repositories_container_container_versions_delete",
            summary = "Delete a version; no other version's content changes",
            answers = "202 AsyncOperationResponse")
    public Response delete(
            @PathParam(RepositoryResource.HREF) String id,
            @PathParam(HREF) String number,
            @Context RoutingContext request) {
        return dispatch.started(deletion(get(id, number), request));
    }

    /** Starts the task that deletes a version. */
    public Task deletion(RepositoryVersion version, RoutingContext request) {
        var arguments = new RepositoryTasks.Version(version.repository(), version.version());
        return dispatch.dispatch(
                RepositoryTasks.DELETE_VERSION, arguments, Reservation.of(version.repository()), request);
    }

    @POST
    @Path(ONE + "/repair")
    @Right("sync_containerrepository")
    @Operation(
            id = "repositories_container_container_versions_repair",
            summary =
                    "Compare the stored bytes of a version with its digests, fetch what a remote leads to, and report",
            body = "Repair",
            answers = "202 AsyncOperationResponse")
    public Response repair(
            @PathParam(RepositoryResource.HREF) String id,
            @PathParam(HREF) String number,
            @Context RoutingContext request)
            throws IOException {
        RepositoryVersion version = get(id, number);
        boolean verify = Body.read(VersionModel.REPAIR, request, false).bool("verify_checksums", true);
        var arguments = new RepairTasks.Version(version.repository(), version.version(), verify);
        return dispatch.start(RepairTasks.VERSION, arguments, Reservation.of(version.repository()), request);
    }
}
