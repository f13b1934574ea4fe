package dev.lading.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.audit.Acting;
import dev.lading.cleanup.ReclaimService;
import dev.lading.content.BlobFetcher;
import dev.lading.content.RepairState;
import dev.lading.embedded.DiskSpace;
import dev.lading.embedded.FileBlobStore;
import dev.lading.embedded.FileSecretStore;
import dev.lading.embedded.SqliteMetadataStore;
import dev.lading.oci.Digest;
import dev.lading.oci.RepositoryName;
import dev.lading.remote.RemoteService;
import dev.lading.secret.StoredKeySeal;
import dev.lading.task.Task;
import dev.lading.task.TaskId;
import dev.lading.task.TaskRunner;
import dev.lading.task.TaskState;
import dev.lading.task.Tasks;
import dev.lading.testing.Registry;
import dev.lading.testing.TestClock;
import dev.lading.work.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks of stored bytes that are longer than a function may run: each step ends at the first look at the clock. */
class RepairTasksTest {
    private static final RepositoryName APP = new RepositoryName("app");

    private final TestClock clock = new TestClock();
    private final Queue<Work> queued = new ArrayDeque<>();

    @TempDir
    private Path folder;

    private SqliteMetadataStore store;
    private Registry registry;
    private Tasks tasks;
    private int steps;

    @BeforeEach
    void open() throws IOException, SQLException {
        store = new SqliteMetadataStore(folder.resolve("lading.db"), new DiskSpace(folder));
        registry = new Registry(store, new FileBlobStore(folder.resolve("blobs"), new DiskSpace(folder)), clock);
        tasks = new Tasks(store, queued::addAll, clock, Acting.NOBODY);
        clock.advanceAtEveryLook(Duration.ofMinutes(6));
    }

    @AfterEach
    void close() throws IOException, SQLException {
        store.close();
    }

    private TaskId start(boolean verify) {
        return tasks.dispatch(
                        RepairTasks.EVERYTHING.request(RepairTasks.ALL, new RepairTasks.Everything(verify), "test"))
                .id();
    }

    /** One delivery, to another process. */
    private void step() {
        var remotes = new RemoteService(store, new StoredKeySeal(new FileSecretStore(folder.resolve("keys"))), clock);
        var refetches = new Refetches(
                new ReclaimService(store, remotes, registry.uploads, clock),
                registry.content,
                registry.versions,
                registry.repositories,
                (name, listed) -> BlobFetcher.Fetch.failed(new AssertionError("nothing is fetched here")));
        var repair = new RepairTasks(registry.repair, registry.content, registry.repositories, tasks, clock, refetches);
        new TaskRunner(tasks, clock, repair.handlers()).work(queued.remove());
        steps++;
    }

    @Test
    void a_long_check_goes_on_from_process_to_process() {
        List<Digest> lost = registry.holdBlobs(APP, 5);
        for (boolean verify : List.of(true, false)) {
            TaskId id = start(verify);
            while (!queued.isEmpty()) {
                step();
            }
            Task ended = tasks.get(id);
            assertThat(ended.state()).isEqualTo(TaskState.COMPLETED);
            assertThat(steps).isGreaterThanOrEqualTo(5);
            assertThat(ended.result().orElseThrow())
                    .contains("\"checked\":5", "\"broken\":5", "\"" + lost.getFirst() + "\":[\"app\"]");
            assertThat(ended.progress()).extracting(report -> report.done()).containsExactly(5L, 0L, 5L);
            assertThat(registry.repair.begun(id)).isEqualTo(RepairState.begin(id));
            steps = 0;
        }
    }

    @Test
    void a_check_that_is_canceled_between_two_steps_ends() {
        registry.holdBlobs(APP, 5);
        TaskId id = start(true);
        step();
        assertThat(registry.repair.begun(id).checked()).isEqualTo(1);
        tasks.cancel(id);
        while (!queued.isEmpty()) {
            step();
        }
        assertThat(tasks.get(id).state()).isEqualTo(TaskState.CANCELED);
        assertThat(registry.repair.begun(id)).isEqualTo(RepairState.begin(id));
    }
}
