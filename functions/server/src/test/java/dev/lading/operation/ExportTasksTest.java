package dev.lading.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.audit.Acting;
import dev.lading.blob.BlobStore;
import dev.lading.bundle.BundleReader;
import dev.lading.bundle.TailOutput;
import dev.lading.bundle.Trust;
import dev.lading.bundle.store.BundleStore;
import dev.lading.cleanup.ReclaimService;
import dev.lading.content.BlobFetcher;
import dev.lading.embedded.DiskSpace;
import dev.lading.embedded.FileBlobStore;
import dev.lading.embedded.FileSecretStore;
import dev.lading.embedded.SqliteMetadataStore;
import dev.lading.export.ExportId;
import dev.lading.export.ExportService;
import dev.lading.export.Exporter;
import dev.lading.export.ExporterService;
import dev.lading.export.WrittenBundle;
import dev.lading.history.RepositoryView;
import dev.lading.metadata.Labels;
import dev.lading.oci.Digest;
import dev.lading.oci.RepositoryName;
import dev.lading.remote.RemoteService;
import dev.lading.secret.StoredKeySeal;
import dev.lading.signing.StoredBundleKeys;
import dev.lading.task.TaskId;
import dev.lading.task.TaskRunner;
import dev.lading.task.TaskState;
import dev.lading.task.Tasks;
import dev.lading.testing.Registry;
import dev.lading.testing.TestClock;
import dev.lading.work.Work;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles that take longer than a function may run: each run ends after a piece. */
class ExportTasksTest {
    private static final RepositoryName APP = new RepositoryName("app");
    private static final int PIECE = 4000;

    private final TestClock clock = new TestClock();
    private final Queue<Work> queued = new ArrayDeque<>();
    private final Pieces bundles = new Pieces();

    @TempDir
    private Path folder;

    private SqliteMetadataStore store;
    private BlobStore blobs;
    private Registry registry;
    private Tasks tasks;
    private ExporterService exporters;
    private Exporter exporter;
    private int runs;

    @BeforeEach
    void open() throws IOException, SQLException {
        store = new SqliteMetadataStore(folder.resolve("lading.db"), new DiskSpace(folder));
        blobs = new FileBlobStore(folder.resolve("blobs"), new DiskSpace(folder));
        registry = new Registry(store, blobs, clock);
        tasks = new Tasks(store, queued::addAll, clock, Acting.NOBODY);
        exporters = new ExporterService(store, clock);
        registry.pushImage(APP, "1");
        exporter = exporters.create(new Exporter.Settings(
                "monthly", "monthly", List.of(registry.view(APP).repository())));
    }

    @AfterEach
    void close() throws IOException, SQLException {
        store.close();
    }

    private TaskId start() {
        RepositoryView view = registry.view(APP);
        var run = new ExportTasks.Run(
                exporter.id(),
                ExportId.next(clock.instant()),
                List.of(new WrittenBundle.Part(view.repository(), Optional.empty(), view.version())),
                false);
        return tasks.dispatch(Reservation.of("test").request(ExportTasks.EXPORT, run, "test"))
                .id();
    }

    /** One delivery, to another process. */
    private void run() {
        var secrets = new FileSecretStore(folder.resolve("keys"));
        var remotes = new RemoteService(store, new StoredKeySeal(secrets), clock);
        var refetches = new Refetches(
                new ReclaimService(store, remotes, registry.uploads, clock),
                registry.content,
                registry.versions,
                registry.repositories,
                (name, listed) -> BlobFetcher.Fetch.failed(new AssertionError("nothing is fetched here")));
        var exports = new ExportService(
                registry.repositories, registry.versions, registry.distributions, registry.manifests, blobs);
        var settings = new ExportSettings(new StoredBundleKeys(secrets), false, Optional.of(bundles), Optional.empty());
        var handlers = new ExportTasks(exports, exporters, settings, refetches, tasks, clock).handlers();
        new TaskRunner(tasks, clock, handlers).work(queued.remove());
        runs++;
    }

    private void runAll() {
        while (!queued.isEmpty()) {
            run();
        }
    }

    private WrittenBundle written() {
        return exporters.bundles(exporter.id(), Optional.empty(), 1).records().getFirst();
    }

    private void requireWhole(WrittenBundle bundle) throws IOException {
        byte[] file = bundles.files.get(bundle.file());
        assertThat(Digest.of(Digest.SHA256, file).hex()).isEqualTo(bundle.sha256());
        var reader = new BundleReader(
                new ByteArrayInputStream(file),
                new Trust(
                        List.of(new StoredBundleKeys(new FileSecretStore(folder.resolve("keys"))).publicKey()), false));
        while (reader.hasNext()) {
            reader.next((bytes, count) -> {});
        }
        reader.end();
    }

    @Test
    void a_long_export_goes_on_from_process_to_process() throws IOException {
        TaskId whole = start();
        run();
        byte[] once = bundles.files.get(written().file());
        assertThat(runs).isEqualTo(1);
        clock.advanceAtEveryLook(Duration.ofMinutes(6));
        TaskId id = start();
        runAll();

        assertThat(runs).isGreaterThan(3);
        assertThat(List.of(tasks.get(whole).state(), tasks.get(id).state())).containsOnly(TaskState.COMPLETED);
        requireWhole(written());
        assertThat(bundles.files.get(written().file())).isEqualTo(once);
        assertThat(exporters.begun(id)).isEmpty();
    }

    @Test
    void it_begins_again_where_its_repository_says_something_else() throws IOException {
        clock.advanceAtEveryLook(Duration.ofMinutes(6));
        TaskId id = start();
        run();
        run();
        assertThat(exporters.begun(id).orElseThrow().begun().sizeBytes()).isEqualTo(2 * PIECE);
        registry.repositories.update(
                registry.view(APP).repository(), settings -> settings.labelled(new Labels(Map.of("stage", "changed"))));
        run();
        assertThat(exporters.begun(id).orElseThrow().begun().sizeBytes()).isEqualTo(PIECE);
        runAll();

        assertThat(tasks.get(id).state()).isEqualTo(TaskState.COMPLETED);
        requireWhole(written());
    }

    @Test
    void what_a_canceled_export_has_left_is_dropped() {
        clock.advanceAtEveryLook(Duration.ofMinutes(6));
        TaskId id = start();
        run();
        assertThat(bundles.begun).hasSize(1);
        tasks.cancel(id);
        runAll();

        assertThat(tasks.get(id).state()).isEqualTo(TaskState.CANCELED);
        assertThat(bundles.begun).isEmpty();
        assertThat(bundles.files).isEmpty();
        assertThat(exporters.begun(id)).isEmpty();
    }

    /** A place that takes a piece in each run whose time is up. */
    private static final class Pieces implements BundleStore {
        private final Map<String, byte[]> files = new HashMap<>();
        private final Map<String, List<byte[]>> begun = new HashMap<>();

        @Override
        public void requireInside(String path) {}

        @Override
        public Result write(String path, Content content, Begun from, BooleanSupplier isTimeUp) throws IOException {
            var rest = new ByteArrayOutputStream();
            content.writeTo(new TailOutput(rest, from.sizeBytes()));
            List<byte[]> pieces = from.equals(Begun.NOTHING) ? new ArrayList<>() : begun.get(path);
            if (rest.size() > PIECE && isTimeUp.getAsBoolean()) {
                pieces.add(Arrays.copyOf(rest.toByteArray(), PIECE));
                begun.put(path, pieces);
                return new Begun("begun", from.sizeBytes() + PIECE);
            }
            var file = new ByteArrayOutputStream();
            for (byte[] piece : pieces) {
                file.write(piece);
            }
            file.write(rest.toByteArray());
            begun.remove(path);
            files.put(path, file.toByteArray());
            return new Stored(path, Digest.of(Digest.SHA256, file.toByteArray()).hex());
        }

        @Override
        public void drop(String path, Begun left) {
            begun.remove(path);
        }

        @Override
        public Optional<Opened> open(String path) {
            throw new AssertionError("nobody reads here");
        }

        @Override
        public Optional<URI> link(String path, Duration validFor) {
            return Optional.empty();
        }
    }
}
