package dev.lading.operation;

import dev.lading.bundle.store.BundleStore;
import dev.lading.bundle.store.BundleStore.Stored;
import dev.lading.export.Export;
import dev.lading.export.ExportId;
import dev.lading.export.ExportRequest;
import dev.lading.export.ExportRequest.Part;
import dev.lading.export.ExportService;
import dev.lading.export.Exporter;
import dev.lading.export.ExporterId;
import dev.lading.export.ExporterService;
import dev.lading.export.WrittenBundle;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.operation.Refetches.Refetched;
import dev.lading.task.TaskHandler;
import dev.lading.task.TaskHandler.Outcome;
import dev.lading.task.TaskRun;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tasks of exporters: they write bundles to where the deployment keeps them. */
@Singleton
public class ExportTasks implements TaskProvider {
    public static final String EXPORT = "pulpcore.app.tasks.export.pulp_export";
    public static final String DELETE = "lading.delete_exporter";

    private final ExportService exports;
    private final ExporterService exporters;
    private final ExportSettings settings;
    private final Refetches refetches;
    private final InstantSource clock;

    public ExportTasks(
            ExportService exports,
            ExporterService exporters,
            ExportSettings settings,
            Refetches refetches,
            InstantSource clock) {
        this.exports = exports;
        this.exporters = exporters;
        this.settings = settings;
        this.refetches = refetches;
        this.clock = clock;
    }

    /**
     * Arguments of {@link #EXPORT}.
     *
     * @param export that is made, so that a repeated run makes no other
     * @param parts each up to a version
     * @param dryRun whether to tell only what would be written
     */
    public record Run(ExporterId exporter, ExportId export, List<WrittenBundle.Part> parts, boolean dryRun) {
        public Run {
            parts = List.copyOf(parts);
        }
    }

    /** Arguments of {@link #DELETE}. */
    public record Deletion(ExporterId exporter) {}

    @Override
    public List<TaskHandler> handlers() {
        return List.of(
                new JsonTask<>(EXPORT, true, Run.class, this::export),
                new JsonTask<>(DELETE, true, Deletion.class, (deletion, run) -> {
                    exporters.delete(deletion.exporter());
                    return Outcome.NOTHING;
                }));
    }

    private Outcome export(Run arguments, TaskRun run) throws IOException {
        Exporter exporter = exporters.get(arguments.exporter());
        BundleStore store = settings.requireStore();
        Export export = complete(arguments.parts(), run);
        long files = export.files().entries().size();
        long bytes = export.files().sizeBytes();
        if (arguments.dryRun()) {
            return new Outcome(List.of(), Optional.of(TaskJson.write(Map.of("files", files, "bytes", bytes))));
        }
        var key = settings.keys().signer();
        Stored file = store.write(
                exporter.settings().path() + "/export-" + arguments.export() + ".tar",
                out -> export.write(out, Optional.of(key), (filesDone, bytesDone) -> {
                    run.report("export.artifacts", "Files written", filesDone, Optional.of(files));
                    run.report("export.bytes", "Bytes written", bytesDone, Optional.of(bytes));
                }));
        exporters.written(new WrittenBundle(
                arguments.exporter(),
                arguments.export(),
                run.task(),
                clock.instant(),
                arguments.parts(),
                file.path(),
                file.sha256()));
        return Outcome.created(ResourceType.exportHref(
                arguments.exporter().value(), arguments.export().value()));
    }

    /** What is to be exported, with what is on demand fetched before. */
    private Export complete(List<WrittenBundle.Part> parts, TaskRun run) throws IOException {
        Export export = prepare(parts);
        if (export.missing().findAny().isEmpty()) {
            return export;
        }
        Refetched fetched = refetches.listed(export.missing(), run);
        Export again = prepare(parts);
        again.missing().findFirst().ifPresent(first -> {
            throw new EntityInUse(again.missing().count()
                    + " blobs are on demand and could not be fetched, the first is " + first.digest() + ": "
                    + fetched.failed().getOrDefault(first.name(), "it was given back again"));
        });
        return again;
    }

    private Export prepare(List<WrittenBundle.Part> parts) throws IOException {
        List<Part> wanted = parts.stream()
                .map(part -> new Part(part.repository(), part.from(), Optional.of(part.to())))
                .toList();
        return exports.prepare(new ExportRequest(wanted, Optional.empty(), settings.source()), any -> true);
    }
}
