package dev.lading.management.imports;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.importer.ImportId;
import dev.lading.importer.ImportedBundle;
import dev.lading.importer.Importer;
import dev.lading.importer.Importer.Settings;
import dev.lading.importer.ImporterId;
import dev.lading.importer.ImporterService;
import dev.lading.management.api.Body;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Values;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.Responses;
import dev.lading.management.task.TaskDispatch;
import dev.lading.metadata.Page;
import dev.lading.operation.ResourceType;
import dev.lading.operation.imports.ImportSettings;
import dev.lading.operation.imports.ImportTasks;
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
import java.util.Map;

/** {@code importers/core/pulp/}: what reads bundles from where the deployment keeps them, for the administrator. */
@Path(ApiPath.ROOT)
@Needs(Permission.ADMINISTRATION)
public class ImporterResource {
    private static final String LIST = "importers/core/pulp";
    private static final String HREF = "pulp_importer_href";
    private static final String ONE = LIST + "/{" + HREF + "}";
    private static final String IMPORTS = ONE + "/imports";
    private static final String IMPORT_HREF = "pulp_pulp_import_href";
    private static final String IMPORT = IMPORTS + "/{" + IMPORT_HREF + "}";

    private final ImporterService importers;
    private final ImportSettings settings;
    private final TaskDispatch dispatch;
    private final Pages pages;
    private final InstantSource clock;

    public ImporterResource(
            ImporterService importers,
            ImportSettings settings,
            TaskDispatch dispatch,
            Pages pages,
            InstantSource clock) {
        this.importers = importers;
        this.settings = settings;
        this.dispatch = dispatch;
        this.pages = pages;
        this.clock = clock;
    }

    @GET
    @Path(LIST)
    @Operation(id = "importers_core_pulp_list", summary = "List importers, newest first", answers = "200")
    public Response list(@Context UriInfo uri) {
        ListingSource<Importer> all = ListingSource.of(() -> Page.all(importers::list));
        return pages.page(
                ImporterModel.LIST,
                ResourceModel.byId(all, ResourceType.IMPORTER, id -> importers.find(new ImporterId(id)))
                        .by("name", name -> importers.findNamed(name).stream()),
                uri);
    }

    @POST
    @Path(LIST)
    @Operation(
            id = "importers_core_pulp_create",
            summary = "Make an importer that reads below the server's folder for it",
            body = "PulpImporter",
            answers = "201 PulpImporterResponse")
    public Response create(@Context RoutingContext request) throws IOException {
        Values values = Body.read(ImporterModel.IMPORTER, request, false);
        var none = new Settings(values.text("name"), Map.of(), false, false, false);
        Importer importer = importers.create(ImporterModel.changed(values, none));
        return Responses.created(ResourceType.IMPORTER.href(importer.id().value()), ImporterModel.IMPORTER, importer);
    }

    @GET
    @Path(ONE)
    @Operation(id = "importers_core_pulp_read", summary = "Show an importer", answers = "200 PulpImporterResponse")
    public Response read(@PathParam(HREF) String id, @Context UriInfo uri) {
        return Responses.ok(ImporterModel.IMPORTER, get(id), uri);
    }

    private Importer get(String id) {
        return importers.get(new ImporterId(ResourceModel.pathId(id)));
    }

    @PUT
    @Path(ONE)
    @Operation(
            id = "importers_core_pulp_update",
            summary = "Change an importer",
            body = "PulpImporter",
            answers = "200 PulpImporterResponse")
    public Response update(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return change(id, request, false);
    }

    @PATCH
    @Path(ONE)
    @Operation(
            id = "importers_core_pulp_partial_update",
            summary = "Change some fields of an importer",
            body = "PulpImporter",
            partial = true,
            answers = "200 PulpImporterResponse")
    public Response partialUpdate(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return change(id, request, true);
    }

    private Response change(String id, RoutingContext request, boolean partial) throws IOException {
        ImporterId importer = get(id).id();
        Values values = Body.read(ImporterModel.IMPORTER, request, partial);
        return Responses.ok(
                ImporterModel.IMPORTER, importers.update(importer, before -> ImporterModel.changed(values, before)));
    }

    @DELETE
    @Path(ONE)
    @Operation(
            id = "importers_core_pulp_delete",
            summary = "Delete an importer; what it imported stays",
            answers = "204")
    public Response delete(@PathParam(HREF) String id) {
        importers.delete(get(id).id());
        return Response.noContent().build();
    }

    @GET
    @Path(IMPORTS)
    @Operation(
            id = "importers_core_pulp_imports_list",
            summary = "List what an importer took, newest first",
            answers = "200")
    public Response imports(@PathParam(HREF) String id, @Context UriInfo uri) {
        ImporterId importer = get(id).id();
        return pages.page(
                ImporterModel.IMPORTS,
                ListingSource.of(
                        () -> Page.<ImportedBundle>all((after, limit) -> importers.imports(importer, after, limit))),
                uri);
    }

    @POST
    @Path(IMPORTS)
    @Operation(
            id = "importers_core_pulp_imports_create",
            summary = "Import a bundle",
            body = "PulpImport",
            answers = "202 TaskGroupOperationResponse")
    public Response start(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        ImporterId importer = get(id).id();
        Values values = Body.read(ImporterModel.START, request, false);
        String path = path(values);
        try (var _ = settings.open(path).content()) {
            var run = new ImportTasks.Run(
                    importer, ImportId.next(clock.instant()), path, values.bool(ImporterModel.CREATE, false));
            return dispatch.startGroup(ImportTasks.IMPORT, run, ImportTasks.reservation(importer), request);
        }
    }

    /** @throws Problem if the body names no bundle */
    private static String path(Values values) {
        if (values.has(ImporterModel.TOC)) {
            throw Problem.field(ImporterModel.TOC, "a bundle has no table of contents; name it by path");
        }
        if (!values.has(ImporterModel.PATH)) {
            throw Problem.field(ImporterModel.PATH, "this field is required");
        }
        return values.text(ImporterModel.PATH);
    }

    @GET
    @Path(IMPORT)
    @Operation(
            id = "importers_core_pulp_imports_read",
            summary = "Show what an importer took",
            answers = "200 ImportResponse")
    public Response readImport(
            @PathParam(HREF) String id, @PathParam(IMPORT_HREF) String imported, @Context UriInfo uri) {
        return Responses.ok(ImporterModel.IMPORT, bundle(id, imported), uri);
    }

    private ImportedBundle bundle(String id, String imported) {
        return importers.bundle(new ImporterId(ResourceModel.pathId(id)), new ImportId(ResourceModel.pathId(imported)));
    }

    @DELETE
    @Path(IMPORT)
    @Operation(
            id = "importers_core_pulp_imports_delete",
            summary = "Forget an import; what was imported stays",
            answers = "204")
    public Response deleteImport(@PathParam(HREF) String id, @PathParam(IMPORT_HREF) String imported) {
        importers.delete(bundle(id, imported));
        return Response.noContent().build();
    }
}
