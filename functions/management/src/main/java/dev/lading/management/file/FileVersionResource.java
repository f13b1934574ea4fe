package dev.lading.management.file;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.row.RepositoryId;
import dev.lading.management.access.Right;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.Responses;
import dev.lading.management.task.TaskDispatch;
import dev.lading.metadata.Page;
import dev.lading.operation.RepositoryTasks;
import dev.lading.operation.Reservation;
import dev.lading.operation.ResourceType;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;

/** Versions of repositories of files. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class FileVersionResource {
    private static final String HREF = "file_file_repository_version_href";
    private static final String ALL = FileRepositoryResource.ONE + "/versions";
    private static final String ONE = ALL + "/{" + HREF + "}";

    private final RepositoryService repositories;
    private final VersionService versions;
    private final FileLists lists;
    private final TaskDispatch dispatch;
    private final Pages pages;

    public FileVersionResource(
            RepositoryService repositories,
            VersionService versions,
            FileLists lists,
            TaskDispatch dispatch,
            Pages pages) {
        this.repositories = repositories;
        this.versions = versions;
        this.lists = lists;
        this.dispatch = dispatch;
        this.pages = pages;
    }

    @GET
    @Path(ALL)
    @Right("view_filerepository")
    @Operation(
            id = "repositories_file_file_versions_list",
            summary = "List versions of a repository of files, newest first",
            answers = "200")
    public Response list(@PathParam(FileRepositoryResource.HREF) String id, @Context UriInfo uri) {
        RepositoryId repository = FileRepositoryResource.get(repositories, id).id();
        return pages.page(
                lists.versions,
                ListingSource.of(() -> Page.all((after, limit) -> versions.list(repository, after, limit))),
                uri);
    }

    @GET
    @Path(ONE)
    @Right("view_filerepository")
    @Operation(
            id = "repositories_file_file_versions_read",
            summary = "Show a version of a repository of files",
            answers = "200 RepositoryVersionResponse")
    public Response read(
            @PathParam(FileRepositoryResource.HREF) String id, @PathParam(HREF) String number, @Context UriInfo uri) {
        return Responses.ok(lists.versions.model(), get(id, number), uri);
    }

    private RepositoryVersion get(String id, String number) {
        if (!number.matches("[0-9]{1,10}")) {
            throw Problem.notFound();
        }
        RepositoryId repository = FileRepositoryResource.get(repositories, id).id();
        return versions.get(repository, Long.parseLong(number));
    }

    @DELETE
    @Path(ONE)
    @Right("delete_filerepository")
    @Operation(
            id = "repositories_file_file_versions_delete",
            summary = "Delete a version of a repository of files",
            answers = "202 AsyncOperationResponse")
    public Response delete(
            @PathParam(FileRepositoryResource.HREF) String id,
            @PathParam(HREF) String number,
            @Context RoutingContext request) {
        RepositoryVersion version = get(id, number);
        var arguments = new RepositoryTasks.Version(version.repository(), version.version());
        var reservation = Reservation.of(
                ResourceType.FILE_REPOSITORY.prn(version.repository().value()));
        return dispatch.start(RepositoryTasks.DELETE_VERSION, arguments, reservation, request);
    }
}
