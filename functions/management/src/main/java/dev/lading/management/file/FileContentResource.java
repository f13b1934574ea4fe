package dev.lading.management.file;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.curation.ReceivedBlob;
import dev.lading.curation.StagingArea;
import dev.lading.curation.StagingService;
import dev.lading.file.FileChange;
import dev.lading.file.FileRepositories;
import dev.lading.file.RelativePath;
import dev.lading.file.StoredFile;
import dev.lading.grant.Rights;
import dev.lading.grant.VisibleObjects;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryVersion;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Multipart;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Values;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.References;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.Responses;
import dev.lading.management.task.TaskDispatch;
import dev.lading.oci.Descriptor;
import dev.lading.oci.MediaType;
import dev.lading.operation.file.FileTasks;
import dev.lading.repository.VersionService;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** {@code content/file/files/}: files in repositories of files. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class FileContentResource {
    private static final String LIST = "content/file/files";
    private static final String HREF = "file_file_content_href";
    private static final List<String> OF_VERSIONS = List.of(FileLists.IN_VERSION, FileLists.ADDED, FileLists.REMOVED);
    private static final String MODIFYING = "modify_filerepository";

    private final FileRepositories files;
    private final StagingService stagings;
    private final VersionService versions;
    private final References references;
    private final TaskDispatch dispatch;
    private final FileLists lists;
    private final VisibleObjects visible;
    private final Pages pages;

    public FileContentResource(
            FileRepositories files,
            StagingService stagings,
            VersionService versions,
            References references,
            TaskDispatch dispatch,
            FileLists lists,
            VisibleObjects visible,
            Pages pages) {
        this.files = files;
        this.stagings = stagings;
        this.versions = versions;
        this.references = references;
        this.dispatch = dispatch;
        this.lists = lists;
        this.visible = visible;
        this.pages = pages;
    }

    @GET
    @Path(LIST)
    @Right(Right.BY_CALLER)
    @Operation(
            id = "content_file_files_list",
            summary = "List files of a version, or of the newest versions, by their paths",
            answers = "200")
    public Response list(@Context UriInfo uri, @Context RoutingContext request) {
        Rights rights = Access.rights(request);
        MultivaluedMap<String, String> query = uri.getQueryParameters();
        List<Set<StoredFile>> named = OF_VERSIONS.stream()
                .filter(query::containsKey)
                .map(filter -> of(filter, version(filter, query.getFirst(filter), rights)))
                .toList();
        Supplier<Stream<StoredFile>> listed = named.isEmpty()
                ? () -> newest(rights)
                : () -> named.getFirst().stream()
                        .filter(file -> named.stream().allMatch(files -> files.contains(file)));
        return pages.page(lists.files, ListingSource.of(listed), uri);
    }

    private Set<StoredFile> of(String filter, RepositoryVersion version) {
        return switch (filter) {
            case FileLists.ADDED -> lists.addedBy(version);
            case FileLists.REMOVED -> lists.removedBy(version);
            default -> lists.in(version);
        };
    }

    private RepositoryVersion version(String field, String reference, Rights rights) {
        var href = references.by(rights).fileVersion(field, reference);
        return versions.get(href.repository(), href.number());
    }

    private Stream<StoredFile> newest(Rights rights) {
        return visible.fileRepositories(rights)
                .flatMap(repository ->
                        files.files(versions.view(repository.id(), repository.version())).files().values().stream())
                .distinct();
    }

    @GET
    @Path(LIST + "/{" + HREF + "}")
    @Right(Right.BY_CALLER)
    @Operation(id = "content_file_files_read", summary = "Show a file", answers = "200 file.FileContentResponse")
    public Response read(@PathParam(HREF) String id, @Context UriInfo uri, @Context RoutingContext request) {
        StoredFile file = files.find(ResourceModel.pathId(id), Access.rights(request)::sees)
                .orElseThrow(Problem::notFound);
        return Responses.ok(lists.files.model(), file, uri);
    }

    @POST
    @Path(LIST)
    @Right(Right.BY_CALLER)
    @Operation(
            id = "content_file_files_create",
            summary = "Add a file to a repository of files, in place of the one at its path",
            body = "file.FileContent",
            answers = "202 AsyncOperationResponse")
    public Response create(@Context RoutingContext request) throws IOException {
        Rights rights = Access.rights(request);
        requireSome(rights);
        Deque<ReceivedBlob> received = new ArrayDeque<>();
        try {
            Values values = Multipart.read(
                    lists.files.model(),
                    request,
                    Map.of(FileLists.FILE, bytes -> received.add(stagings.receive(bytes))));
            if (values.has(FileLists.ARTIFACT)) {
                throw Problem.field(FileLists.ARTIFACT, "send the file itself");
            }
            var path = new RelativePath(values.text(RelativePath.FIELD));
            Repository repository =
                    references.by(rights).fileRepository(FileLists.REPOSITORY, values.text(FileLists.REPOSITORY));
            if (!rights.on(repository, MODIFYING)) {
                throw Access.denied(MODIFYING);
            }
            // Left open: the task goes on with it.
            StagingArea area = stagings.begin();
            Descriptor bytes = area.blob(MediaType.OCTET_STREAM, received.getFirst());
            received.clear();
            var file = new StoredFile(path, bytes.digest(), bytes.sizeBytes());
            var change = new FileChange(repository.id(), area.staging(), List.of(file), List.of(), false);
            return dispatch.start(FileTasks.CHANGE, change, FileTasks.reservation(change), request);
        } finally {
            for (ReceivedBlob dropped : received) {
                stagings.drop(dropped);
            }
        }
    }

    /** Which repository it is for may be said behind a file: nobody sends one who could add it to none. */
    private void requireSome(Rights rights) {
        if (rights.caller().isPresent()
                && visible.fileRepositories(rights).noneMatch(repository -> rights.on(repository, MODIFYING))) {
            throw Access.denied(MODIFYING);
        }
    }
}
