package dev.lading.management.export;

import dev.lading.export.Exporter;
import dev.lading.export.WrittenBundle;
import dev.lading.management.api.Listing;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Schema;
import dev.lading.management.resource.ResourceModel;
import dev.lading.operation.ResourceType;
import dev.lading.operation.VersionHref;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Exporters and their exports as the API shows and accepts them. */
public final class ExporterModel {
    private static final ResourceType EXPORT_TYPE = new ResourceType("exports", "core.pulpexport");

    static final Model<Exporter> EXPORTER = ResourceModel.<Exporter>model(
                    ResourceType.EXPORTER,
                    "PulpExporter",
                    exporter -> exporter.id().value(),
                    Exporter::created,
                    Exporter::updated)
            .requires(
                    "name",
                    Schema.TEXT.filled(),
                    exporter -> exporter.settings().name())
            .requires(
                    "path",
                    Schema.TEXT.filled(),
                    exporter -> exporter.settings().path())
            .requires(
                    "repositories",
                    ExportParts.HREFS,
                    exporter -> exporter.settings().repositories().stream()
                            .map(id -> ResourceType.REPOSITORY.href(id.value()))
                            .toList())
            .allows(
                    "last_export",
                    Schema.URI.orNull(),
                    exporter -> exporter.lastExport()
                            .map(id -> ResourceType.exportHref(exporter.id().value(), id.value())));

    static final Model<Shown> EXPORT = new Model<Shown>("PulpExport")
            .shows(
                    "pulp_href",
                    Schema.URI,
                    each -> ResourceType.exportHref(
                            each.bundle().exporter().value(), each.bundle().id().value()))
            .shows(
                    "prn",
                    Schema.TEXT,
                    each -> EXPORT_TYPE.prn(each.bundle().id().value()))
            .shows("pulp_created", Schema.TIME, each -> each.bundle().created())
            .shows("pulp_last_updated", Schema.TIME, each -> each.bundle().created())
            .allows(
                    "task",
                    Schema.URI.orNull(),
                    each -> ResourceType.TASK.href(each.bundle().task().value()))
            .shows("exported_resources", ExportParts.HREFS, each -> versions(each.bundle(), ExporterModel::last))
            .shows("params", Schema.OBJECT, each -> params(each.bundle()))
            .shows(
                    "output_file_info",
                    Schema.OBJECT,
                    each -> Map.of(each.bundle().file(), each.bundle().sha256()))
            .shows("toc_info", Schema.OBJECT, each -> null)
            .shows(
                    "download_url",
                    Schema.URI
                            .orNull()
                            .described("Lading's own: where the file may be downloaded for an hour, if it is on S3"),
                    Shown::download)
            .takes("full", Schema.BOOLEAN.orElse(true))
            .takes("dry_run", Schema.BOOLEAN.orElse(false))
            .takes(ExportParts.VERSIONS, ExportParts.HREFS)
            .takes(ExportParts.START_VERSIONS, ExportParts.HREFS)
            .takes("chunk_size", Schema.TEXT.filled())
            .takes("meta", Schema.OBJECT);

    public static final Listing<Exporter> LIST = ResourceModel.listing(
                    EXPORTER, exporter -> exporter.id().value())
            .filter("name", Schema.TEXT, Lookup.NAMES)
            .orders("name", "path");

    public static final Listing<Shown> EXPORTS = new Listing<>(EXPORT);

    public static final List<Model<?>> MODELS = List.of(EXPORTER, EXPORT);

    private ExporterModel() {}

    /** A bundle that was written, and where it may be downloaded. */
    public record Shown(WrittenBundle bundle, Optional<URI> download) {}

    private static List<String> versions(WrittenBundle bundle, Function<WrittenBundle.Part, Optional<Long>> number) {
        return bundle.parts().stream()
                .flatMap(part ->
                        number.apply(part).map(each -> new VersionHref(part.repository(), each).toString()).stream())
                .toList();
    }

    private static Optional<Long> last(WrittenBundle.Part part) {
        return Optional.of(part.to());
    }

    private static Map<String, Object> params(WrittenBundle bundle) {
        Map<String, Object> params = new LinkedHashMap<>();
        List<String> starts = versions(bundle, WrittenBundle.Part::from);
        params.put("full", starts.isEmpty());
        params.put(ExportParts.VERSIONS, versions(bundle, ExporterModel::last));
        params.put(ExportParts.START_VERSIONS, starts);
        return params;
    }
}
