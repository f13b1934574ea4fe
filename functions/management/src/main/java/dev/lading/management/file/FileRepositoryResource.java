package dev.lading.management.file;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.curation.StagingService;
import dev.lading.file.FileChange;
import dev.lading.file.FileRepositories;
import dev.lading.file.StoredFile;
import dev.lading.grant.GrantService;
import dev.lading.grant.Rights;
import dev.lading.grant.Target;
import dev.lading.grant.VisibleObjects;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryKind;
import dev.lading.history.RepositorySettings;
import dev.lading.history.row.RepositoryId;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Body;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Model;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.management.repository.RepositoryModel;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.LabelActions;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.References;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.Responses;
import dev.lading.management.task.TaskDispatch;
import dev.lading.metadata.Labels;
import dev.lading.operation.ResourceType;
import dev.lading.operation.file.FileTasks;
import dev.lading.repository.RepositoryService;
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
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** {@code repositories/file/file/}: repositories of files. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class FileRepositoryResource {
    private static final String LIST = "repositories/file/file";
    static final String HREF = "file_file_repository_href";
    static final String ONE = LIST + "/{" + HREF + "}";

    private static final String ADD = "add_content_units";
    private static final String REMOVE = "remove_content_units";
    private static final String ALL = "*";

    /** A task's arguments name each of them. */
    private static final int MAX_UNITS = 200;

    private static final Model<Void> MODIFY = new Model<Void>("RepositoryAddRemoveContent")
            .takes(ADD, Schema.listOf(Schema.TEXT_OR_ANY))
            .takes(REMOVE, Schema.listOf(Schema.TEXT_OR_ANY));

    public static final List<Model<?>> MODELS = List.of(MODIFY);

    private final RepositoryService repositories;
    private final FileRepositories files;
    private final StagingService stagings;
    private final References references;
    private final TaskDispatch dispatch;
    private final FileLists lists;
    private final VisibleObjects visible;
    private final GrantService grants;
    private final Pages pages;
    private final InstantSource clock;

    public FileRepositoryResource(
            RepositoryService repositories,
            FileRepositories files,
            StagingService stagings,
            References references,
            TaskDispatch dispatch,
            FileLists lists,
            VisibleObjects visible,
            GrantService grants,
            Pages pages,
            InstantSource clock) {
        this.repositories = repositories;
        this.files = files;
        this.stagings = stagings;
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
    @Operation(
            id = "repositories_file_file_list",
            summary = "List repositories of files, newest first",
            answers = "200")
    public Response list(@Context UriInfo uri, @Context RoutingContext request) {
        return pages.page(lists.repositories, all(Access.rights(request)), uri);
    }

    private ListingSource<Repository> all(Rights rights) {
        ListingSource<Repository> all = ListingSource.byKeys(
                RepositoryModel.KEYS, () -> repositories.names(RepositoryKind.FILE), repositories::find);
        if (rights.caller().isPresent()) {
            all = ListingSource.of(() -> visible.fileRepositories(rights)).only(rights::sees);
        }
        return ResourceModel.byId(
                        all,
                        ResourceType.FILE_REPOSITORY,
                        id -> repositories.find(RepositoryKind.FILE, new RepositoryId(id)))
                .by("name", name -> repositories.findNamed(RepositoryKind.FILE, name).stream());
    }

    @POST
    @Path(LIST)
    @Right(Right.BY_CALLER)
    @Operation(
            id = "repositories_file_file_create",
            summary = "Make a repository of files with an empty version",
            body = "file.FileRepository",
            answers = "201 file.FileRepositoryResponse")
    public Response create(@Context RoutingContext request) throws IOException {
        Access.requireOnEverything(request, "add_filerepository");
        Values values = body(request, false);
        Rights rights = Access.rights(request);
        RepositorySettings settings = RepositoryModel.created(values, references, clock.instant());
        RepositoryId id = RepositoryId.next(clock.instant());
        Repository repository = repositories.create(
                Repository.empty(RepositoryKind.FILE, id, settings, clock.instant()),
                grants.owning(rights.caller(), Target.repository(RepositoryKind.FILE, id)));
        return Responses.created(ResourceType.FILE_REPOSITORY.href(id.value()), lists.repositories.model(), repository);
    }

    private Values body(RoutingContext request, boolean partial) throws IOException {
        Values values = Body.read(lists.repositories.model(), request, partial);
        if (values.text("remote", Optional.empty()).isPresent()) {
            throw Problem.field("remote", "files are uploaded here, and not synced");
        }
        return values;
    }

    @GET
    @Path(ONE)
    @Right("view_filerepository")
    @Operation(
            id = "repositories_file_file_read",
            summary = "Show a repository of files",
            answers = "200 file.FileRepositoryResponse")
    public Response read(@PathParam(HREF) String id, @Context UriInfo uri) {
        return Responses.ok(lists.repositories.model(), get(id), uri);
    }

    private Repository get(String id) {
        return get(repositories, id);
    }

    /** @param path text of {@link #HREF} in a path */
    static Repository get(RepositoryService repositories, String path) {
        return repositories.get(RepositoryKind.FILE, new RepositoryId(ResourceModel.pathId(path)));
    }

    @PUT
    @Path(ONE)
    @Right("change_filerepository")
    @Operation(
            id = "repositories_file_file_update",
            summary = "Change a repository of files",
            body = "file.FileRepository",
            answers = {"200 file.FileRepositoryResponse", "202 AsyncOperationResponse"})
    public Response update(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return change(id, request, false);
    }

    @PATCH
    @Path(ONE)
    @Right("change_filerepository")
    @Operation(
            id = "repositories_file_file_partial_update",
            summary = "Change some fields of a repository of files",
            body = "file.FileRepository",
            partial = true,
            answers = {"200 file.FileRepositoryResponse", "202 AsyncOperationResponse"})
    public Response partialUpdate(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return change(id, request, true);
    }

    private Response change(String id, RoutingContext request, boolean partial) throws IOException {
        Repository repository = get(id);
        Values values = body(request, partial);
        RepositorySettings wanted = changed(values, repository.settings());
        if (wanted.equals(repository.settings())) {
            return Responses.ok(lists.repositories.model(), repository);
        }
        repositories.update(repository.id(), before -> changed(values, before));
        return dispatch.updated(ResourceType.FILE_REPOSITORY, repository.id().value(), request);
    }

    private RepositorySettings changed(Values values, RepositorySettings before) {
        return RepositoryModel.changed(values, before, references, clock.instant());
    }

    @DELETE
    @Path(ONE)
    @Right("delete_filerepository")
    @Operation(
            id = "repositories_file_file_delete",
            summary = "Delete a repository of files with all its versions",
            answers = "202 AsyncOperationResponse")
    public Response delete(@PathParam(HREF) String id, @Context RoutingContext request) {
        return dispatch.delete(ResourceType.FILE_REPOSITORY, get(id).id().value(), request);
    }

    @POST
    @Path(ONE + "/set_label")
    @Right("change_filerepository")
    @Operation(
            id = "repositories_file_file_set_label",
            summary = "Set a label of a repository of files",
            body = "SetLabel",
            answers = "201 SetLabelResponse")
    public Response setLabel(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        RepositoryId repository = get(id).id();
        return LabelActions.set(LabelActions.CREATED, request, change -> relabel(repository, change));
    }

    @POST
    @Path(ONE + "/unset_label")
    @Right("change_filerepository")
    @Operation(
            id = "repositories_file_file_unset_label",
            summary = "Take a label from a repository of files",
            body = "UnsetLabel",
            answers = "201 UnsetLabelResponse")
    public Response unsetLabel(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        RepositoryId repository = get(id).id();
        return LabelActions.unset(LabelActions.CREATED, request, change -> relabel(repository, change));
    }

    private void relabel(RepositoryId id, UnaryOperator<Labels> change) {
        repositories.update(id, before -> before.labelled(change.apply(before.labels())));
    }

    @POST
    @Path(ONE + "/modify")
    @Right("modify_filerepository")
    @Operation(
            id = "repositories_file_file_modify",
            summary = "Add files that are here, and remove others, as one version",
            body = "RepositoryAddRemoveContent",
            answers = "202 AsyncOperationResponse")
    public Response modify(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        Repository repository = get(id);
        Values values = Body.read(MODIFY, request, false);
        Rights rights = Access.rights(request);
        List<String> removed = values.texts(REMOVE, List.of());
        boolean all = removed.equals(List.of(ALL));
        var change = new FileChange(
                repository.id(),
                stagings.begin().staging(),
                units(ADD, values.texts(ADD, List.of()), rights::sees),
                all ? List.of() : units(REMOVE, removed, rights::sees),
                all);
        return dispatch.start(FileTasks.CHANGE, change, FileTasks.reservation(change), request);
    }

    private List<StoredFile> units(String field, List<String> hrefs, Predicate<Repository> readable) {
        if (hrefs.size() > MAX_UNITS) {
            throw Problem.field(field, "name up to " + MAX_UNITS + " files at once");
        }
        return hrefs.stream()
                .map(href -> ResourceType.FILE
                        .id(href)
                        .flatMap(unit -> files.find(unit, readable))
                        .orElseThrow(() -> Problem.field(field, "there is no file " + href)))
                .toList();
    }
}
