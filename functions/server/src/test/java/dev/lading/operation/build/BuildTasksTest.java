package dev.lading.operation.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.audit.Acting;
import dev.lading.blob.BlobStore;
import dev.lading.build.BuildPasses;
import dev.lading.distribution.DistributionSettings;
import dev.lading.distribution.PullThroughService;
import dev.lading.distribution.PullThroughs;
import dev.lading.embedded.DiskSpace;
import dev.lading.embedded.FileBlobStore;
import dev.lading.embedded.FileSecretStore;
import dev.lading.embedded.SqliteMetadataStore;
import dev.lading.history.RepositoryView;
import dev.lading.history.VersionNote;
import dev.lading.history.row.ReferrerEntry;
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
import dev.lading.task.TaskState;
import dev.lading.task.Tasks;
import dev.lading.testing.Registry;
import dev.lading.testing.TestClock;
import dev.lading.work.Work;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a builder's result. The builder here hands back what a test gives it; the real one is met by e2e. */
class BuildTasksTest {
    private static final RepositoryName BASE = new RepositoryName("base");
    private static final RepositoryName APP = new RepositoryName("app");
    private static final byte[] BASE_TAR = "the base's tar".getBytes(UTF_8);
    private static final byte[] BASE_LAYER = "as the base was compressed".getBytes(UTF_8);
    private static final byte[] OWN_TAR = "what a step made".repeat(1000).getBytes(UTF_8);

    private final TestClock clock = new TestClock();
    private final Queue<Work> queued = new ArrayDeque<>();
    private final BuildPasses passes = new BuildPasses();
    private final BuildSecrets secrets = new BuildSecrets();
    private final Given builder = new Given();

    @TempDir
    private Path folder;

    private SqliteMetadataStore store;
    private BlobStore blobs;
    private Registry registry;
    private Tasks tasks;
    private BuildTasks builds;

    /** Hands back what it was given, as if it had pulled and run. */
    private final class Given implements Builder {
        private final List<BuildPlan> plans = new ArrayList<>();
        private List<BuiltImages.Image> images = List.of();
        private Optional<Digest> pulls = Optional.empty();
        private Optional<String> fails = Optional.empty();
        private int removed;

        @Override
        public BuilderAbilities abilities() {
            return new BuilderAbilities(
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
            return Optional.empty();
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
                BuildSettings.USUAL,
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

    @Test
    void layers_of_a_base_are_its_own_and_others_are_compressed() throws Exception {
        Digest base = pushBase();
        builder.pulls = Optional.of(base);
        builder.images = List.of(image("amd64", BASE_TAR, OWN_TAR));

        Task built = build(order(Set.of("1", "latest"), List.of()));

        assertThat(built.state()).as(String.valueOf(built.error())).isEqualTo(TaskState.COMPLETED);
        assertThat(built.createdResources()).singleElement().asString().endsWith("/versions/1/");
        JsonNode manifest = manifest(registry.tag(APP, "1").orElseThrow());
        assertThat(registry.tag(APP, "latest")).isEqualTo(registry.tag(APP, "1"));
        assertThat(manifest.at("/layers/0/digest").asText())
                .isEqualTo(sha(BASE_LAYER).toString());
        assertThat(manifest.at("/layers/0/mediaType").asText()).isEqualTo(MediaType.OCI_LAYER_GZIP.value());
        try (InputStream own = new GZIPInputStream(
                read(Digest.parse(manifest.at("/layers/1/digest").asText())))) {
            assertThat(own.readAllBytes()).isEqualTo(OWN_TAR);
        }
        assertThat(manifest.at("/annotations/org.opencontainers.image.base.digest")
                        .asText())
                .isEqualTo(base.toString());
        assertThat(builder.removed).isEqualTo(1);
    }

    @Test
    void what_describes_an_image_comes_in_the_same_version() {
        builder.images = List.of(image("amd64", OWN_TAR), image("arm64", OWN_TAR));

        build(order(Set.of("1"), List.of("linux/amd64", "linux/arm64")));

        RepositoryView app = registry.view(APP);
        assertThat(app.version()).isEqualTo(1);
        assertThat(registry.versions.get(app.repository(), 1).note().map(VersionNote::text))
                .contains("Built by task " + builder.plans.getFirst().task());
        JsonNode index = manifest(registry.tag(APP, "1").orElseThrow());
        assertThat(index.at("/manifests/1/platform/architecture").asText()).isEqualTo("arm64");
        for (JsonNode child : index.path("manifests")) {
            List<ReferrerEntry> said = app.referrers(
                            Digest.parse(child.path("digest").asText()), Optional.empty(), 10)
                    .entries();
            assertThat(said).hasSize(1);
        }
    }

    @Test
    void the_same_again_makes_no_version_and_another_tag_does() {
        builder.images = List.of(image("amd64", OWN_TAR));
        build(order(Set.of("1"), List.of()));
        Digest first = registry.tag(APP, "1").orElseThrow();

        assertThat(build(order(Set.of("1"), List.of())).createdResources()).isEmpty();
        assertThat(registry.view(APP).version()).isEqualTo(1);

        build(order(Set.of("2"), List.of()));
        assertThat(registry.view(APP).version()).isEqualTo(2);
        assertThat(registry.tag(APP, "2")).contains(first);
    }

    @Test
    void a_failed_build_says_why_and_leaves_nothing() {
        builder.fails = Optional.of("the build failed: no such file");

        Task failed = build(order(Set.of("1"), List.of()));

        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        assertThat(failed.error()).contains("the build failed: no such file");
        assertThat(registry.view(APP).version()).isZero();
        assertThat(passes.find(builder.plans.getFirst().token())).isEmpty();
    }

    @Test
    void secrets_are_in_no_record_and_lost_with_the_process() {
        String key = secrets.keep(Map.of("token", new Secret("very secret".getBytes(UTF_8))));
        builder.images = List.of(image("amd64", OWN_TAR));
        TaskId task = start(order(Set.of("1"), List.of(), Optional.of(key)));
        assertThat(tasks.get(task).request().arguments()).doesNotContain("very secret", "dmVyeSBzZWNyZXQ");
        run(task);
        assertThat(builder.plans.getFirst().secrets()).containsOnlyKeys("token");

        TaskId after = start(order(Set.of("2"), List.of(), Optional.of(key)));
        run(after);
        assertThat(tasks.get(after).error())
                .contains("the server was restarted, and kept no secrets; start the build again");
    }

    @Test
    void the_cache_is_restricted_and_its_old_layers_go() {
        builder.images = List.of(image("amd64", OWN_TAR));
        build(order(Set.of("1"), List.of()));
        RepositoryName cache = BuildCache.nameOf(registry.view(APP).repository());
        assertThat(builder.plans.getFirst().cache()).contains(cache.value());
        assertThat(registry.distributions.findAt(cache))
                .get()
                .extracting(found -> found.settings())
                .matches(DistributionSettings::restricted);

        registry.pushImage(cache, "old");
        clock.advance(Duration.ofDays(29));
        registry.pushImage(cache, "newer");
        clock.advance(Duration.ofDays(2));
        build(order(Set.of("1"), List.of()));

        assertThat(registry.tags(cache)).containsExactly("newer");
    }

    @Test
    void a_context_that_was_staged_is_read() throws Exception {
        var area = registry.stagings.begin();
        Digest archive =
                area.blob(MediaType.OCTET_STREAM, "a tar".getBytes(UTF_8)).digest();
        builder.images = List.of(image("amd64", OWN_TAR));

        run(start(order(Set.of("1"), List.of(), Optional.empty(), Optional.of(archive), area)));

        var context = (BuildContext.Archive) builder.plans.getFirst().context();
        try (InputStream in = context.bytes().open()) {
            assertThat(in.readAllBytes()).isEqualTo("a tar".getBytes(UTF_8));
        }
    }

    private Digest pushBase() {
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

    private static byte[] configuration(String architecture, byte[]... tars) {
        String diffIds = String.join(
                ",", Arrays.stream(tars).map(tar -> "\"" + sha(tar) + "\"").toList());
        return """
                {"architecture":"%s","os":"linux","rootfs":{"type":"layers","diff_ids":[%s]}}""".formatted(architecture, diffIds).getBytes(UTF_8);
    }

    private static BuiltImages.Image image(String architecture, byte[]... tars) {
        byte[] configuration = configuration(architecture, tars);
        return new BuiltImages.Image(
                () -> new ByteArrayInputStream(configuration),
                Arrays.stream(tars)
                        .map(tar -> new BuiltImages.Layer(sha(tar), () -> new ByteArrayInputStream(tar)))
                        .toList(),
                Optional.empty());
    }

    private static Digest sha(byte[] bytes) {
        return Digest.of(Digest.SHA256, bytes);
    }

    private JsonNode manifest(Digest digest) {
        try {
            return ParseRoom.JSON.readTree(
                    registry.manifests.body(registry.view(APP).manifest(digest).orElseThrow()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private InputStream read(Digest blob) throws IOException {
        var entry = registry.view(APP).blobInVersion(blob).orElseThrow();
        return blobs.read(entry.key().orElseThrow(), 0, entry.sizeBytes());
    }

    private BuildOrder order(Set<String> tags, List<String> platforms) {
        return order(tags, platforms, Optional.empty());
    }

    private BuildOrder order(Set<String> tags, List<String> platforms, Optional<String> secret) {
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
                true);
    }

    private BuildOrder order(
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
                plain.ignoring());
    }

    private TaskId start(BuildOrder order) {
        return tasks.dispatch(builds.reservation(order).request(BuildTasks.BUILD, order, "test"))
                .id();
    }

    private void run(TaskId task) {
        new TaskRunner(tasks, clock, builds.handlers()).run(task);
        // Delivered again by its end, as a queue does, its handler is told.
        new TaskRunner(tasks, clock, builds.handlers()).run(task);
    }

    private Task build(BuildOrder order) {
        TaskId task = start(order);
        run(task);
        return tasks.get(task);
    }
}
