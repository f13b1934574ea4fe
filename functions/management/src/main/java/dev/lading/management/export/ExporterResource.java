package dev.lading.management.export;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.export.ExportId;
import dev.lading.export.ExportRequest.Part;
import dev.lading.export.Exporter;
import dev.lading.export.Exporter.Settings;
import dev.lading.export.ExporterId;
import dev.lading.export.ExporterService;
import dev.lading.export.WrittenBundle;
import dev.lading.history.row.RepositoryId;
import dev.lading.management.api.Body;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Values;
import dev.lading.management.export.ExporterModel.Shown;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.References;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.Responses;
import dev.lading.management.task.TaskDispatch;
import dev.lading.metadata.Page;
import dev.lading.operation.ExportSettings;
import dev.lading.operation.ExportTasks;
import dev.lading.operation.Reservation;
import dev.lading.operation.ResourceType;
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
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code exporters/core/pulp/}: what writes bundles to a folder of the server or to S3, for the administrator alone. */
@Path(ApiPath.ROOT)
@Needs(Permission.ADMINISTRATION)
public class ExporterResource {
    private static final String LIST = "exporters/core/pulp";
    private static final String HREF = "pulp_exporter_href";
    private static final String ONE = LIST + "/{" + HREF + "}";
    private static final String EXPORTS = ONE + "/exports";
    private static final String EXPORT_HREF = "pulp_pulp_export_href";
    private static final String EXPORT = EXPORTS + "/{" + EXPORT_HREF + "}";

    /** How long a link lives. A download that began goes on. */
    private static final Duration LINK = Duration.ofHours(1);

    private final ExporterService exporters;
    private final ExportSettings settings;
    private final RepositoryService repositories;
    private final References references;
    private final TaskDispatch dispatch;
    private final Pages pages;
    private final InstantSource clock;

    public ExporterResource(
            ExporterService exporters,
            ExportSettings settings,
            RepositoryService repositories,
            References references,
            TaskDispatch dispatch,
            Pages pages,
            InstantSource clock) {
        this.exporters = exporters;
        this.settings = settings;
        this.repositories = repositories;
        this.references = references;
        this.dispatch = dispatch;
        this.pages = pages;
        this.clock = clock;
    }

    @GET
    @Path(LIST)
    @Operation(id = "exporters_core_pulp_list", summary = "List exporters, newest first", answers = "200")
    public Response list(@Context UriInfo uri) {
        ListingSource<Exporter> all = ListingSource.of(() -> Page.all(exporters::list));
        return pages.page(
                ExporterModel.LIST,
                ResourceModel.byId(all, ResourceType.EXPORTER, id -> exporters.find(new ExporterId(id)))
                        .by("name", name -> exporters.findNamed(name).stream()),
                uri);
    }

    @POST
    @Path(LIST)
    @Operation(
            id = "exporters_core_pulp_create",
            summary =
                    "Make an exporter that writes below the folder, or the prefix of the bucket, that there is for it",
            body = "PulpExporter",
            answers = "201 PulpExporterResponse")
    public Response create(@Context RoutingContext request) throws IOException {
        Values values = Body.read(ExporterModel.EXPORTER, request, false);
        Exporter exporter =
                exporters.create(changed(values, new Settings(values.text("name"), values.text("path"), List.of())));
        return Responses.created(ResourceType.EXPORTER.href(exporter.id().value()), ExporterModel.EXPORTER, exporter);
    }

    private Settings changed(Values values, Settings before) {
        if (values.text("last_export", Optional.empty()).isPresent()) {
            throw Problem.field("last_export", "it is told, not set");
        }
        String path = values.text("path", before.path());
        settings.requireStore().requireInside(path);
        List<RepositoryId> exported = values.has(ExportParts.REPOSITORIES)
                ? ExportParts.repositories(values.texts(ExportParts.REPOSITORIES, List.of()), references)
                : before.repositories();
        return new Settings(values.text("name", before.name()), path, exported);
    }

    @GET
    @Path(ONE)
    @Operation(id = "exporters_core_pulp_read", summary = "Show an exporter", answers = "200 PulpExporterResponse")
    public Response read(@PathParam(HREF) String id, @Context UriInfo uri) {
        return Responses.ok(ExporterModel.EXPORTER, get(id), uri);
    }

    private Exporter get(String id) {
        return exporters.get(new ExporterId(ResourceModel.pathId(id)));
    }

    @PUT
    @Path(ONE)
    @Operation(
            id = "exporters_core_pulp_update",
            summary = "Change an exporter",
            body = "PulpExporter",
            answers = {"200 PulpExporterResponse", "202 AsyncOperationResponse"})
    public Response update(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return change(id, request, false);
    }

    @PATCH
    @Path(ONE)
    @Operation(
            id = "exporters_core_pulp_partial_update",
            summary = "Change some fields of an exporter",
            body = "PulpExporter",
            partial = true,
            answers = {"200 PulpExporterResponse", "202 AsyncOperationResponse"})
    public Response partialUpdate(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return change(id, request, true);
    }

    private Response change(String id, RoutingContext request, boolean partial) throws IOException {
        Exporter before = get(id);
        Values values = Body.read(ExporterModel.EXPORTER, request, partial);
        Exporter after = exporters.update(before.id(), settingsBefore -> changed(values, settingsBefore));
        return after.equals(before)
                ? Responses.ok(ExporterModel.EXPORTER, before)
                : dispatch.updated(ResourceType.EXPORTER, before.id().value(), request);
    }

    @DELETE
    @Path(ONE)
    @Operation(
            id = "exporters_core_pulp_delete",
            summary = "Delete an exporter; the files that it wrote stay",
            answers = "202 AsyncOperationResponse")
    public Response delete(@PathParam(HREF) String id, @Context RoutingContext request) {
        Exporter exporter = get(id);
        return dispatch.start(
                ExportTasks.DELETE, new ExportTasks.Deletion(exporter.id()), reservation(exporter), request);
    }

    private static Reservation reservation(Exporter exporter) {
        return Reservation.of(ResourceType.EXPORTER.prn(exporter.id().value()));
    }

    @GET
    @Path(EXPORTS)
    @Operation(
            id = "exporters_core_pulp_exports_list",
            summary = "List what an exporter wrote, newest first",
            answers = "200")
    public Response exports(@PathParam(HREF) String id, @Context UriInfo uri) {
        ExporterId exporter = get(id).id();
        return pages.page(
                ExporterModel.EXPORTS,
                ListingSource.<WrittenBundle>of(
                                () -> Page.all((after, limit) -> exporters.bundles(exporter, after, limit)))
                        .as(this::shown),
                uri);
    }

    @POST
    @Path(EXPORTS)
    @Operation(
            id = "exporters_core_pulp_exports_create",
            summary = "Write a signed bundle of the exporter's repositories",
            body = "PulpExport",
            answers = "202 AsyncOperationResponse")
    public Response export(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        Exporter exporter = get(id);
        Values values = Body.read(ExporterModel.EXPORT, request, false);
        settings.requireStore().requireInside(exporter.settings().path());
        for (String refused : List.of("task", "chunk_size", "meta")) {
            if (values.has(refused)) {
                throw Problem.field(refused, "a bundle is one file with what its repositories say; leave this out");
            }
        }
        Reservation reservation = reservation(exporter);
        for (RepositoryId repository : exporter.settings().repositories()) {
            reservation = reservation.reading(ResourceType.REPOSITORY.prn(repository.value()));
        }
        var run = new ExportTasks.Run(
                exporter.id(), ExportId.next(clock.instant()), parts(exporter, values), values.bool("dry_run", false));
        return dispatch.start(ExportTasks.EXPORT, run, reservation, request);
    }

    /** What is exported, each repository up to the version that it has now. */
    private List<WrittenBundle.Part> parts(Exporter exporter, Values values) {
        Map<RepositoryId, Long> last = values.bool("full", true) ? Map.of() : lastExported(exporter);
        return ExportParts.of(exporter.settings().repositories(), values, references).stream()
                .map(part -> part(part, last))
                .toList();
    }

    private WrittenBundle.Part part(Part part, Map<RepositoryId, Long> last) {
        return new WrittenBundle.Part(
                part.repository(),
                part.from().or(() -> Optional.ofNullable(last.get(part.repository()))),
                part.to().orElseGet(() -> repositories.get(part.repository()).version()));
    }

    private Map<RepositoryId, Long> lastExported(Exporter exporter) {
        return exporter.lastExport().flatMap(id -> exporters.findBundle(exporter.id(), id)).stream()
                .flatMap(bundle -> bundle.parts().stream())
                .collect(Collectors.toMap(WrittenBundle.Part::repository, WrittenBundle.Part::to));
    }

    @GET
    @Path(EXPORT)
    @Operation(
            id = "exporters_core_pulp_exports_read",
            summary = "Show what an exporter wrote",
            answers = "200 PulpExportResponse")
    public Response readExport(
            @PathParam(HREF) String id, @PathParam(EXPORT_HREF) String export, @Context UriInfo uri) {
        return Responses.ok(ExporterModel.EXPORT, shown(bundle(id, export)), uri);
    }

    private Shown shown(WrittenBundle bundle) {
        return new Shown(bundle, settings.store().flatMap(store -> store.link(bundle.file(), LINK)));
    }

    private WrittenBundle bundle(String id, String export) {
        return exporters.bundle(new ExporterId(ResourceModel.pathId(id)), new ExportId(ResourceModel.pathId(export)));
    }

    @DELETE
    @Path(EXPORT)
    @Operation(
            id = "exporters_core_pulp_exports_delete",
            summary = "Forget what an exporter wrote; the file stays",
            answers = "204")
    public Response deleteExport(@PathParam(HREF) String id, @PathParam(EXPORT_HREF) String export) {
        exporters.delete(bundle(id, export));
        return Response.noContent().build();
    }
}
