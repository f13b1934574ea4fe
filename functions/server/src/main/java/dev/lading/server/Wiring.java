package dev.lading.server;

import dev.lading.access.RegistrySettings;
import dev.lading.access.RequestLimit;
import dev.lading.access.Secrets;
import dev.lading.audit.Acting;
import dev.lading.audit.AuditedMetadata;
import dev.lading.blob.BlobStore;
import dev.lading.bundle.store.BundleStore;
import dev.lading.connection.BuildEntrance;
import dev.lading.connection.MirrorPorts;
import dev.lading.embedded.DataFolder;
import dev.lading.embedded.DiskSpace;
import dev.lading.embedded.FileBlobStore;
import dev.lading.embedded.FileBundleStore;
import dev.lading.embedded.FileSecretStore;
import dev.lading.embedded.SqliteMetadataStore;
import dev.lading.embedded.StoredScheduler;
import dev.lading.embedded.StoredWorkQueue;
import dev.lading.management.status.StorageFigures;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.RepositoryName;
import dev.lading.operation.ExportSettings;
import dev.lading.operation.build.BuildSettings;
import dev.lading.operation.build.Builder;
import dev.lading.operation.imports.ImportSettings;
import dev.lading.repository.RepositoryService;
import dev.lading.schedule.Scheduler;
import dev.lading.secret.Seal;
import dev.lading.secret.StoredKeySeal;
import dev.lading.server.warmup.ChosenStores;
import dev.lading.signing.KeyRotation;
import dev.lading.signing.StoredBundleKeys;
import dev.lading.sync.copy.CopyQueue;
import dev.lading.sync.run.SyncLimits;
import dev.lading.upload.UploadService;
import dev.lading.upstream.transport.Reach;
import dev.lading.work.WorkQueue;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Opens the configured storage, the task queue, and the schedules. */
final class Wiring {
    private static final long INLINE_BYTES = 16 * 1024;
    private static final long MEBIBYTE = 1024L * 1024;

    /** Name of this server in embedded storage, which no other server uses. */
    private static final String INSTANCE = "server";

    private static final int WORKERS = 4;

    /** Limit on concurrent blob fetches from upstreams, each through 128 KB of memory. */
    private static final int COPIERS = 12;

    private static final int MAX_WAITING = 10_000;
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(10);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    @Produces
    @Singleton
    Storage storage(ServerConfig config) throws IOException, SQLException {
        DataFolder folder = DataFolder.open(config.data());
        try {
            return switch (config.storage()) {
                case embedded -> embedded(folder);
                case aws -> AwsStorage.open(config.aws(), folder);
            };
        } catch (IOException | SQLException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private static Storage embedded(DataFolder folder) throws IOException, SQLException {
        DiskSpace space = new DiskSpace(folder.root());
        var metadata = new SqliteMetadataStore(folder.database(), space);
        var blobs = new FileBlobStore(folder.blobs(), space);
        var secrets = new FileSecretStore(folder.secrets());
        return new Storage(
                metadata,
                blobs,
                Optional.empty(),
                Optional.empty(),
                secrets,
                new StoredKeySeal(secrets),
                new StoredBundleKeys(secrets),
                INSTANCE,
                true,
                List.of(metadata, folder));
    }

    void close(@Disposes Storage storage) throws Exception {
        for (AutoCloseable closeable : storage.closeables()) {
            closeable.close();
        }
    }

    @Produces
    @Singleton
    MetadataStore metadata(Storage storage, Acting acting, InstantSource clock) {
        return new AuditedMetadata(ChosenStores.metadata(storage.metadata()), acting, clock);
    }

    @Produces
    @Singleton
    BlobStore blobs(Storage storage) {
        return ChosenStores.blobs(storage.blobs());
    }

    @Produces
    @Singleton
    KeyRotation rotation(Storage storage, MetadataStore metadata, InstantSource clock) {
        return Secrets.rotation(metadata, storage.secrets(), clock);
    }

    @Produces
    @Singleton
    Secrets secrets(Storage storage, ServerConfig config, InstantSource clock) {
        // Always of the server's own store: requests of the warm-up have another, but the same secrets.
        return config.role() == ServerConfig.Role.uploads
                ? Secrets.forUploads(storage.secrets(), clock)
                : new Secrets(
                        storage.secrets(),
                        Secrets.rotation(storage.metadata(), storage.secrets(), clock),
                        clock,
                        config.adminPassword().filter(p -> !p.isBlank()));
    }

    @Produces
    @Singleton
    Seal seal(Storage storage) {
        return ChosenStores.seal(storage.seal());
    }

    @Produces
    @Singleton
    RegistrySettings settings(ServerConfig config) {
        return new RegistrySettings(
                config.anonymousPush(),
                config.publicUrl(),
                config.uploadUrl(),
                INLINE_BYTES,
                config.role() == ServerConfig.Role.uploads,
                false);
    }

    @Produces
    @Singleton
    ExportSettings exports(Storage storage, ServerConfig config) {
        return new ExportSettings(
                storage.bundleKeys(),
                true,
                config.exportsFolder()
                        .<BundleStore>map(folder -> new FileBundleStore(folder, "--exports-folder"))
                        .or(storage::exports),
                Optional.of(config.publicUrl().map(URI::toString).orElseGet(config::address)));
    }

    @Produces
    @Singleton
    ImportSettings imports(Storage storage, ServerConfig config) {
        return new ImportSettings(config.importsFolder()
                .<BundleStore>map(folder -> new FileBundleStore(folder, "--imports-folder"))
                .or(storage::imports));
    }

    @Produces
    @Singleton
    BuildEntrance buildEntrance(ServerConfig config, Vertx vertx) {
        return new BuildEntrance(config.build().enabled(), config.address().startsWith("https:"), vertx);
    }

    @Produces
    @Singleton
    BuildSettings buildSettings(
            ServerConfig config, @ConfigProperty(name = "quarkus.application.version") String version) {
        return new BuildSettings(
                version,
                config.build().memoryMib() * MEBIBYTE,
                config.build().diskMib() * MEBIBYTE,
                config.build().atOnce());
    }

    @Produces
    @Singleton
    Builder builder(ServerConfig config, BuildEntrance entrance, InstantSource clock) {
        return Builds.builder(config, entrance, clock);
    }

    @Produces
    @Singleton
    MirrorPorts mirrors(ServerConfig config, Vertx vertx, RepositoryService repositories, BuildEntrance builds) {
        var basePaths = config.mirrorPorts().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, bound -> new RepositoryName(bound.getValue())));
        return new MirrorPorts(basePaths, config.address().startsWith("https:"), vertx, repositories, builds);
    }

    @Produces
    @Singleton
    RequestLimit requests(ServerConfig config) {
        return chosen(() -> RequestLimit.of(config.requestsPerSecond()));
    }

    @Produces
    @Singleton
    UploadService uploads(
            Storage storage,
            MetadataStore metadata,
            BlobStore blobs,
            RepositoryService repositories,
            InstantSource clock,
            ServerConfig config)
            throws IOException {
        var uploads = chosen(() -> new UploadService(
                metadata, blobs, repositories, clock, config.uploadExpiry(), false, config.openUploads()));
        if (storage.exclusive()) {
            uploads.recover();
        }
        return uploads;
    }

    /** What is made with limits that the operator chose. */
    private static <T> T chosen(Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            throw new StartFailure(String.valueOf(e.getMessage()), e);
        }
    }

    @Produces
    @Singleton
    TaskQueues queues(Storage storage, InstantSource clock) {
        return new TaskQueues(
                queue(storage, storage.instance(), clock, WORKERS),
                queue(storage, storage.instance() + "-copies", clock, COPIERS));
    }

    private static StoredWorkQueue queue(Storage storage, String name, InstantSource clock, int threads) {
        return new StoredWorkQueue(storage.metadata(), name, clock, threads, MAX_WAITING, RETRY_PAUSE, STOP_PATIENCE);
    }

    @Produces
    @Singleton
    WorkQueue tasks(TaskQueues queues) {
        return ChosenStores.tasks(queues.tasks());
    }

    @Produces
    @Singleton
    CopyQueue copies(TaskQueues queues) {
        return new CopyQueue(ChosenStores.copies(queues.copies()));
    }

    @Produces
    @Singleton
    Reach reach(ServerConfig config) {
        // On AWS, what is not public belongs to others, or to the account's own network.
        return config.upstreams().orElse(config.storage() == ServerConfig.StorageKind.aws ? Reach.PUBLIC : Reach.ANY);
    }

    @Produces
    @Singleton
    SyncLimits limits() {
        return SyncLimits.NONE;
    }

    @Produces
    @Singleton
    @Typed(StoredScheduler.class)
    StoredScheduler schedules(Storage storage, InstantSource clock) {
        return new StoredScheduler(storage.metadata(), clock);
    }

    @Produces
    @Singleton
    Scheduler scheduler(StoredScheduler schedules, Storage storage, ServerConfig config) {
        return Schedules.areKept(storage, config) ? schedules : new ForeignSchedules();
    }

    @Produces
    @Singleton
    StorageFigures figures(ServerConfig config) {
        return switch (config.storage()) {
            case embedded -> new DiskFigures(config.data());
            case aws -> StorageFigures.UNKNOWN;
        };
    }
}
