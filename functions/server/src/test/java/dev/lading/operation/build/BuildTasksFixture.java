package dev.lading.operation.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.audit.Acting;
import dev.lading.blob.BlobStore;
import dev.lading.build.BuildPasses;
import dev.lading.distribution.PullThroughService;
import dev.lading.distribution.PullThroughs;
import dev.lading.embedded.DiskSpace;
import dev.lading.embedded.FileBlobStore;
import dev.lading.embedded.FileSecretStore;
import dev.lading.embedded.SqliteMetadataStore;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.ParseRoom;
import dev.lading.oci.RegistryException.BuildFailed;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.operation.ExportSettings;
import dev.lading.remote.RemoteService;
import dev.lading.secret.StoredKeySeal;
import dev.lading.signing.StoredBundleKeys;
import dev.lading.task.Task;
import dev.lading.task.TaskId;
import dev.lading.task.TaskRunner;
import dev.lading.task.Tasks;
import dev.lading.testing.Registry;
import dev.lading.testing.TestClock;
import dev.lading.work.Work;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Builds over embedded storage, by a builder that hands back what a test gives it. */
abstract class BuildTasksFixture {
    static final RepositoryName BASE = new RepositoryName("base");
    static final RepositoryName APP = new RepositoryName("app");
    static final byte[] BASE_TAR = "the base's tar".getBytes(UTF_8);
    static final byte[] BASE_LAYER = "as the base was compressed".getBytes(UTF_8);
    static final byte[] OWN_TAR = "what a step made".repeat(1000).getBytes(UTF_8);

    final TestClock clock = new TestClock();
    private final Queue<Work> queued = new ArrayDeque<>();
    final BuildPasses passes = new BuildPasses();
    final BuildSecrets secrets = new BuildSecrets();
    boolean keepsLog = true;
    final Given builder = new Given();

    @TempDir
    private Path folder;

    private SqliteMetadataStore store;
    BlobStore blobs;
    Registry registry;
    Tasks tasks;
    BuildTasks builds;

    /** Hands back what it was given, as if it had pulled and run. */
    final class Given implements Builder {
        final List<BuildPlan> plans = new ArrayList<>();
        List<BuiltImages.Image> images = List.of();
        Optional<Digest> pulls = Optional.empty();
        Optional<String> fails = Optional.empty();
        Optional<Path> log = Optional.empty();
        int removed;

        @Override
        public BuilderAbilities abilities() {
            return new BuilderAbilities(
                    true,
                    Optional.empty(),
                    Map.of("buildah", "1.28.2"),
                    "builder",
                    "ulimit",
                    List.of("linux/amd64", "linux/arm64"),
                    false,
                    false);
        }

        @Override
        public BuiltImages build(BuildPlan plan, BuildWatch watch) {
            plans.add(plan);
            fails.ifPresent(why -> {
                throw new BuildFailed(why);
            });
            pulls.ifPresent(image -> passes.note(plan.task().toString(), BASE, image));
            return new BuiltImages(images, Instant.EPOCH, () -> removed++);
        }

        @Override
        public Optional<Path> log(TaskId build) {
            return log;
        }
    }

    @BeforeEach
    void open() throws IOException, SQLException {
        store = new SqliteMetadataStore(folder.resolve("lading.db"), new DiskSpace(folder));
        blobs = new FileBlobStore(folder.resolve("blobs"), new DiskSpace(folder));
        registry = new Registry(store, blobs, clock);
        tasks = new Tasks(store, queued::addAll, clock, Acting.NOBODY);
        var keys = new FileSecretStore(folder.resolve("keys"));
        builds = new BuildTasks(
                builder,
                BuildSettings.usual("0.9"),
                secrets,
                passes,
                tasks,
                registry.repositories,
                registry.versions,
                registry.manifests,
                blobs,
                registry.stagings,
                registry.files,
                registry.distributions,
                registry.curation,
                new PullThroughService(store, new PullThroughs(store, clock), clock),
                new RemoteService(store, new StoredKeySeal(keys), clock),
                new ExportSettings(new StoredBundleKeys(keys), true, Optional.empty(), Optional.of("http://registry")),
                clock);
        registry.repositories.getOrCreate(APP);
    }

    @AfterEach
    void close() throws IOException, SQLException {
        store.close();
    }

    final Digest pushBase() {
        byte[] configuration = configuration("amd64", BASE_TAR);
        registry.pushBlob(BASE, BASE_LAYER);
        registry.pushBlob(BASE, configuration);
        String manifest = """
                {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"application/vnd.docker.container.image.v1+json",\
                "digest":"%s","size":%d},"layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip",\
                "digest":"%s","size":%d}]}""".formatted(
                        MediaType.DOCKER_MANIFEST,
                        sha(configuration),
                        configuration.length,
                        sha(BASE_LAYER),
                        BASE_LAYER.length);
        return registry.push(BASE, Registry.byTag("1"), manifest.getBytes(UTF_8))
                .digest();
    }

    static byte[] configuration(String architecture, byte[]... tars) {
        String diffIds = String.join(
                ",", Arrays.stream(tars).map(tar -> "\"" + sha(tar) + "\"").toList());
        return """
                {"architecture":"%s","os":"linux","rootfs":{"type":"layers","diff_ids":[%s]}}""".formatted(architecture, diffIds).getBytes(UTF_8);
    }

    static BuiltImages.Image image(String architecture, byte[]... tars) {
        return image(architecture, Optional.empty(), tars);
    }

    static BuiltImages.Image image(String architecture, Optional<ByteSource> contents, byte[]... tars) {
        byte[] configuration = configuration(architecture, tars);
        return new BuiltImages.Image(
                () -> new ByteArrayInputStream(configuration),
                Arrays.stream(tars)
                        .map(tar -> new BuiltImages.Layer(sha(tar), () -> new ByteArrayInputStream(tar)))
                        .toList(),
                contents);
    }

    static Digest sha(byte[] bytes) {
        return Digest.of(Digest.SHA256, bytes);
    }

    final JsonNode manifest(Digest digest) {
        try {
            return ParseRoom.JSON.readTree(
                    registry.manifests.body(registry.view(APP).manifest(digest).orElseThrow()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    final InputStream read(Digest blob) throws IOException {
        var entry = registry.view(APP).blobInVersion(blob).orElseThrow();
        return blobs.read(entry.key().orElseThrow(), 0, entry.sizeBytes());
    }

    final BuildOrder order(Set<String> tags, List<String> platforms) {
        return order(tags, platforms, Optional.empty());
    }

    final BuildOrder order(Set<String> tags, List<String> platforms, Optional<String> secret) {
        return new BuildOrder(
                registry.view(APP).repository(),
                "FROM base:1\n",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Set.copyOf(tags.stream().map(Tag::new).toList()),
                platforms,
                Map.of("A", "1"),
                Map.of(),
                Optional.empty(),
                secret,
                NetworkMode.NONE,
                60,
                Optional.empty(),
                Optional.empty(),
                "localhost:5000",
                true,
                true,
                keepsLog);
    }

    final BuildOrder order(
            Set<String> tags,
            List<String> platforms,
            Optional<String> secret,
            Optional<Digest> archive,
            dev.lading.curation.StagingArea area) {
        BuildOrder plain = order(tags, platforms, secret);
        return new BuildOrder(
                plain.repository(),
                plain.containerfile(),
                archive,
                Optional.of(area.staging()),
                plain.files(),
                plain.tags(),
                plain.platforms(),
                plain.arguments(),
                plain.labels(),
                plain.target(),
                plain.secrets(),
                plain.network(),
                plain.timeoutSeconds(),
                plain.memory(),
                plain.dated(),
                plain.host(),
                plain.cached(),
                plain.ignoring(),
                plain.keepsLog());
    }

    final TaskId start(BuildOrder order) {
        return tasks.dispatch(builds.reservation(order).request(BuildTasks.BUILD, order, "test"))
                .id();
    }

    final void run(TaskId task) {
        new TaskRunner(tasks, clock, builds.handlers()).run(task);
        // Delivered again by its end, as a queue does, its handler is told.
        new TaskRunner(tasks, clock, builds.handlers()).run(task);
    }

    final Task build(BuildOrder order) {
        TaskId task = start(order);
        run(task);
        return tasks.get(task);
    }
}
