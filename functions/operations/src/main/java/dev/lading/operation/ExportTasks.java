package dev.lading.operation;

import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.store.BundleStore;
import dev.lading.bundle.store.BundleStore.Begun;
import dev.lading.bundle.store.BundleStore.Stored;
import dev.lading.export.BegunBundle;
import dev.lading.export.Export;
import dev.lading.export.ExportId;
import dev.lading.export.ExportRequest;
import dev.lading.export.ExportRequest.Part;
import dev.lading.export.ExportService;
import dev.lading.export.Exporter;
import dev.lading.export.ExporterId;
import dev.lading.export.ExporterService;
import dev.lading.export.WrittenBundle;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.operation.Refetches.Refetched;
import dev.lading.task.Task;
import dev.lading.task.TaskHandler;
import dev.lading.task.TaskHandler.Outcome;
import dev.lading.task.TaskHandler.Result;
import dev.lading.task.TaskHandler.Unfinished;
import dev.lading.task.TaskId;
import dev.lading.task.TaskRun;
import dev.lading.task.Tasks;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tasks of exporters: they write bundles to where the deployment keeps them. */
@Singleton
public class ExportTasks implements TaskProvider {
    public static final String EXPORT = "pulpcore.app.tasks.export.pulp_export";
    public static final String DELETE = "lading.delete_exporter";

    /** What is left of a function's 15 minutes is for what comes before the first byte, and the last part. */
    private static final Duration STEP = Duration.ofMinutes(10);

    private final ExportService exports;
    private final ExporterService exporters;
    private final ExportSettings settings;
    private final Refetches refetches;
    private final Tasks tasks;
    private final InstantSource clock;

    public ExportTasks(
            ExportService exports,
            ExporterService exporters,
            ExportSettings settings,
            Refetches refetches,
            Tasks tasks,
            InstantSource clock) {
        this.exports = exports;
        this.exporters = exporters;
        this.settings = settings;
        this.refetches = refetches;
        this.tasks = tasks;
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
        return List.of(new Exporting(), new JsonTask<>(DELETE, true, Deletion.class, (deletion, run) -> {
            exporters.delete(deletion.exporter());
            return Outcome.NOTHING;
        }));
    }

    /** Writes a bundle, in several runs where one is not long enough. */
    private final class Exporting implements TaskHandler {
        @Override
        public String name() {
            return EXPORT;
        }

        @Override
        public boolean isRepeatable() {
            return true;
        }

        @Override
        public Result run(String arguments, TaskRun run) throws IOException {
            try {
                return export(TaskJson.read(arguments, Run.class), run);
            } catch (BundleRefused e) {
                throw new FieldInvalid("repositories", String.valueOf(e.getMessage()));
            }
        }

        /** What is left of a bundle that is not to be whole, or is, is not needed. */
        @Override
        public void ended(Task task) {
            exporters.begun(task.id()).ifPresent(ExportTasks.this::drop);
        }
    }

    private void drop(BegunBundle bundle) {
        settings.store().ifPresent(store -> store.drop(bundle.path(), bundle.begun()));
        exporters.forget(bundle);
    }

    private Result export(Run arguments, TaskRun run) throws IOException {
        Instant end = clock.instant().plus(STEP);
        Exporter exporter = exporters.get(arguments.exporter());
        BundleStore store = settings.requireStore();
        Export export = complete(arguments.parts(), run);
        long files = export.files().entries().size();
        long bytes = export.files().sizeBytes();
        if (arguments.dryRun()) {
            return new Outcome(List.of(), Optional.of(TaskJson.write(Map.of("files", files, "bytes", bytes))));
        }
        var key = settings.keys().signer();
        String path = exporter.settings().path() + "/export-" + arguments.export() + ".tar";
        BundleStore.Result result = store.write(
                path,
                out -> export.write(out, Optional.of(key), (filesDone, bytesDone) -> {
                    run.report("export.artifacts", "Files written", filesDone, Optional.of(files));
                    run.report("export.bytes", "Bytes written", bytesDone, Optional.of(bytes));
                }),
                begun(run.task(), path, export.files().digest()),
                () -> clock.instant().isAfter(end));
        return switch (result) {
            case Begun begun -> {
                exporters.keep(new BegunBundle(run.task(), path, export.files().digest(), begun));
                tasks.redeliver(run.task());
                yield Unfinished.GOES_ON;
            }
            case Stored file -> written(arguments, run, file);
        };
    }

    /** Where the run before ended, unless something that the bundle tells was changed since. */
    private Begun begun(TaskId task, String path, Digest list) {
        Optional<BegunBundle> before = exporters.begun(task);
        Optional<BegunBundle> same =
                before.filter(each -> each.path().equals(path) && each.list().equals(list));
        if (same.isEmpty()) {
            before.ifPresent(this::drop);
        }
        return same.map(BegunBundle::begun).orElse(Begun.NOTHING);
    }

    private Outcome written(Run arguments, TaskRun run, Stored file) {
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
