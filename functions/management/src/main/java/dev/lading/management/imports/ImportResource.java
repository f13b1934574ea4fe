package dev.lading.management.imports;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.bundle.BundleRefused;
import dev.lading.grant.GrantService;
import dev.lading.grant.NamespaceService;
import dev.lading.grant.Rights;
import dev.lading.http.RequestBody;
import dev.lading.imports.ImportReport;
import dev.lading.imports.ImportRequest;
import dev.lading.imports.ImportService;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Body;
import dev.lading.management.api.Model;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.FewAtOnce;
import dev.lading.management.resource.Responses;
import dev.lading.oci.RegistryException;
import dev.lading.operation.ExportSettings;
import dev.lading.repository.RepositoryService;
import dev.lading.signing.TrustedKeys;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Imports of bundles that are sent, whose content is stored as it comes. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class ImportResource {
    /** Limit on imports at once: each writes as fast as the disk, and holds the list of its files. */
    private static final int AT_ONCE = 2;

    private static final int BAD_REQUEST = 400;
    private static final int NOT_HERE = 501;
    private static final int DRAINED_AT_ONCE = 64 * 1024;

    private static final Model<ImportReport.Target> TARGET = new Model<ImportReport.Target>("ImportedRepository")
            .tells("name", Schema.TEXT, ImportReport.Target::name)
            .tells("source_name", Schema.TEXT, ImportReport.Target::sourceName)
            .tells("versions", Schema.INTEGER, ImportReport.Target::versions)
            .tells("newest", Schema.INTEGER, ImportReport.Target::newest);

    private static final Model<ImportReport> REPORT = new Model<ImportReport>("ImportReport")
            .tells("signer", Schema.TEXT.orNull(), ImportReport::signer)
            .tells("files", Schema.INTEGER, ImportReport::files)
            .tells("bytes", Schema.INTEGER, ImportReport::bytes)
            .tells("repositories", TARGET.listSchema(), report -> TARGET.renderAll(report.targets()))
            .tells("distributions", Schema.listOf(Schema.TEXT), ImportReport::distributions)
            .tells("taken_distributions", Schema.listOf(Schema.TEXT), ImportReport::taken)
            .tells("missing_blobs", Schema.INTEGER, ImportReport::missing)
            .tells("bundle", Schema.TEXT, report -> report.bundle().toString())
            .tells("volume", Schema.INTEGER.orNull(), report -> report.volume().map(ImportReport.Volume::number))
            .tells("volumes", Schema.INTEGER.orNull(), report -> report.volume().map(ImportReport.Volume::count))
            .tells(
                    "volume_size",
                    Schema.INTEGER.orNull(),
                    report -> report.volume().map(ImportReport.Volume::volumeBytes))
            .tells(
                    "missing_volumes",
                    Schema.listOf(Schema.INTEGER),
                    report -> report.volume().map(ImportReport.Volume::missing).orElse(List.of()));

    public static final List<Model<?>> MODELS = List.of(TARGET, REPORT, ImportQuery.MODEL, TrustedKeyResource.MODEL);

    private final ImportService imports;
    private final ExportSettings settings;
    private final ImportRights rights;
    private final GrantService grants;
    private final TrustedKeys trusted;
    private final FewAtOnce room = new FewAtOnce(AT_ONCE, "bundles are imported already; try again when one has ended");

    public ImportResource(
            ImportService imports,
            ExportSettings settings,
            RepositoryService repositories,
            NamespaceService namespaces,
            GrantService grants,
            TrustedKeys trusted) {
        this.imports = imports;
        this.settings = settings;
        this.rights = new ImportRights(repositories, namespaces);
        this.grants = grants;
        this.trusted = trusted;
    }

    @POST
    @Path("repositories/import")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "repositories_import",
            summary = "Import a bundle, a tar, as it comes; or tell from its beginning what would be made",
            query = "ImportQuery",
            answers = "200 ImportReportResponse")
    public Response take(@Context RoutingContext request) throws IOException {
        if (!settings.sends()) {
            throw Problem.detail(
                    NOT_HERE,
                    "functions cannot take bundles; put it below imports/ of the bucket and run an importer, or run a"
                            + " server on the same bucket and table");
        }
        Rights held = Access.rights(request);
        var query = new ImportQuery(Body.query(ImportQuery.MODEL, request));
        ImportRequest wanted = query.request(trusted, rights.of(held), grants.owner(held.caller()));
        ImportReport report = room.run(() -> {
            try (InputStream bundle = RequestBody.of(request)) {
                return take(bundle, wanted, query.isDryRun());
            }
        });
        return Responses.ok(REPORT, report);
    }

    private ImportReport take(InputStream bundle, ImportRequest wanted, boolean dryRun) throws IOException {
        try {
            return dryRun ? imports.check(bundle, wanted) : imports.run(bundle, wanted, ImportService.Progress.NONE);
        } catch (BundleRefused e) {
            drain(bundle);
            throw Problem.detail(BAD_REQUEST, String.valueOf(e.getMessage()));
        } catch (RegistryException e) {
            drain(bundle);
            throw e;
        }
    }

    /** Reads what a client still sends, since many read no answer before they have sent all. */
    private static void drain(InputStream rest) throws IOException {
        byte[] buffer = new byte[DRAINED_AT_ONCE];
        while (rest.read(buffer) >= 0) {
            // Nothing is done with it.
        }
    }
}
