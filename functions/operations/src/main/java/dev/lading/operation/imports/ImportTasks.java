package dev.lading.operation.imports;

import dev.lading.importer.ImportId;
import dev.lading.importer.ImportedBundle;
import dev.lading.importer.Importer;
import dev.lading.importer.ImporterId;
import dev.lading.importer.ImporterService;
import dev.lading.imports.ImportReport;
import dev.lading.operation.JsonTask;
import dev.lading.operation.Reservation;
import dev.lading.operation.ResourceType;
import dev.lading.operation.TaskJson;
import dev.lading.operation.TaskProvider;
import dev.lading.operation.VersionHref;
import dev.lading.task.Task;
import dev.lading.task.TaskHandler;
import dev.lading.task.TaskHandler.Outcome;
import dev.lading.task.TaskRun;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tasks of importers. Each is in a task group of its own, which Pulp's clients wait for; it has the task's id. */
@Singleton
public class ImportTasks implements TaskProvider {
    public static final String IMPORT = "pulpcore.app.tasks.importer.pulp_import";

    /** Limit on versions that a task names as created. */
    private static final int MOST_CREATED = 1000;

    private final BundleImports bundles;
    private final ImporterService importers;
    private final InstantSource clock;

    public ImportTasks(BundleImports bundles, ImporterService importers, InstantSource clock) {
        this.bundles = bundles;
        this.importers = importers;
        this.clock = clock;
    }

    /**
     * Arguments of {@link #IMPORT}.
     *
     * @param id of the import, so that a repeated run records no other
     * @param create whether repositories that are not here are made
     */
    public record Run(ImporterId importer, ImportId id, String path, boolean create) {}

    /** One import at a time: each holds the list of its files, and writes as fast as the disk. */
    public static Reservation reservation(ImporterId importer) {
        return new Reservation(IMPORT, List.of(ResourceType.IMPORTER.prn(importer.value())));
    }

    /** Whether a task is in a group. */
    public static boolean isGrouped(Task task) {
        return task.request().name().equals(IMPORT);
    }

    /** What the group of a task is for. */
    public static String description(Task task) {
        return "Import of "
                + TaskJson.read(task.request().arguments(), Run.class).path();
    }

    @Override
    public List<TaskHandler> handlers() {
        return List.of(new JsonTask<>(IMPORT, true, Run.class, this::run));
    }

    private Outcome run(Run arguments, TaskRun run) throws IOException {
        Importer importer = importers.get(arguments.importer());
        ImportReport report = bundles.run(arguments.path(), importer.settings(), arguments.create(), new Reported(run));
        importers.imported(new ImportedBundle(
                importer.id(),
                arguments.id(),
                run.task(),
                clock.instant(),
                arguments.path(),
                arguments.create(),
                report.signer()));
        return new Outcome(created(arguments, report), Optional.empty());
    }

    private static List<String> created(Run arguments, ImportReport report) {
        List<String> created = new ArrayList<>();
        created.add(ResourceType.importHref(
                arguments.importer().value(), arguments.id().value()));
        report.targets().stream()
                .filter(target -> target.versions() > 0)
                .limit(MOST_CREATED)
                .forEach(target ->
                        target.id().ifPresent(id -> created.add(new VersionHref(id, target.newest()).toString())));
        return created;
    }

    private record Reported(TaskRun run) implements BundleImports.Reading {
        @Override
        public void check() {
            run.check();
        }

        @Override
        public void read(long bytes, long ofBytes) {
            run.report("import.bytes", "Bytes read", bytes, Optional.of(ofBytes));
        }

        @Override
        public void written(long rows) {
            run.report("import.content", "Content units written", rows, Optional.empty());
        }
    }
}
