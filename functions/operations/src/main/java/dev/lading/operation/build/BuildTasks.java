package dev.lading.operation.build;

import dev.lading.account.PrincipalId;
import dev.lading.attestation.Attestations;
import dev.lading.attestation.BaseSboms;
import dev.lading.attestation.KeptBuildLog;
import dev.lading.attestation.Provenance;
import dev.lading.blob.BlobStore;
import dev.lading.build.BuildPass;
import dev.lading.build.BuildPasses;
import dev.lading.build.PulledImage;
import dev.lading.commit.Progress;
import dev.lading.content.ManifestService;
import dev.lading.curation.CurationService;
import dev.lading.curation.StagedContent.TagOn;
import dev.lading.curation.StagingArea;
import dev.lading.curation.StagingService;
import dev.lading.distribution.DistributionService;
import dev.lading.distribution.PullThroughService;
import dev.lading.file.FileRepositories;
import dev.lading.file.FileVersion;
import dev.lading.file.StoredFile;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryView;
import dev.lading.history.VersionNote;
import dev.lading.history.row.BlobEntry;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.BuildFailed;
import dev.lading.oci.RepositoryName;
import dev.lading.operation.ExportSettings;
import dev.lading.operation.Reservation;
import dev.lading.operation.ResourceType;
import dev.lading.operation.TaskJson;
import dev.lading.operation.TaskProvider;
import dev.lading.operation.VersionHref;
import dev.lading.operation.build.BuiltImageStaging.Staged;
import dev.lading.remote.RemoteService;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import dev.lading.task.Task;
import dev.lading.task.TaskHandler;
import dev.lading.task.TaskId;
import dev.lading.task.TaskRun;
import dev.lading.task.Tasks;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Builds images from Containerfiles, and makes one version of what comes of each. */
@Singleton
public class BuildTasks implements TaskProvider {
    /** Pulp's name of the task. */
    public static final String BUILD = "pulp_container.app.tasks.builder.build_image";

    private final Builder builder;
    private final BuildSettings settings;
    private final BuildSecrets secrets;
    private final BuildPasses passes;
    private final Tasks tasks;
    private final RepositoryService repositories;
    private final VersionService versions;
    private final ManifestService manifests;
    private final BlobStore blobs;
    private final StagingService stagings;
    private final FileRepositories files;
    private final ExportSettings exports;
    private final Attestations attestations;
    private final BaseSboms baseSboms;
    private final InstantSource clock;
    private final BuildCache caches;
    private final MirrorRules rules;

    public BuildTasks(
            Builder builder,
            BuildSettings settings,
            BuildSecrets secrets,
            BuildPasses passes,
            Tasks tasks,
            RepositoryService repositories,
            VersionService versions,
            ManifestService manifests,
            BlobStore blobs,
            StagingService stagings,
            FileRepositories files,
            DistributionService distributions,
            CurationService curation,
            PullThroughService pullThroughs,
            RemoteService remotes,
            ExportSettings exports,
            InstantSource clock) {
        this.builder = builder;
        this.settings = settings;
        this.secrets = secrets;
        this.passes = passes;
        this.tasks = tasks;
        this.repositories = repositories;
        this.versions = versions;
        this.manifests = manifests;
        this.blobs = blobs;
        this.stagings = stagings;
        this.files = files;
        this.exports = exports;
        this.attestations = new Attestations(Optional.of(exports.keys()));
        this.baseSboms = new BaseSboms(manifests, blobs);
        this.clock = clock;
        this.caches = new BuildCache(repositories, distributions, curation, clock);
        this.rules = new MirrorRules(pullThroughs, repositories, remotes);
    }

    /**
     * What a build reserves: one of the places in which builds run, always the same of a repository, so that its builds
     * run one after another. Its other tasks go on.
     */
    public Reservation reservation(BuildOrder order) {
        int place = Math.floorMod(order.repository().hashCode(), settings.atOnce());
        return Reservation.of("builder:" + place)
                .reading(ResourceType.REPOSITORY.prn(order.repository().value()));
    }

    @Override
    public List<TaskHandler> handlers() {
        return List.of(new TaskHandler() {
            @Override
            public String name() {
                return BUILD;
            }

            // Whoever asked for it may have gone on without it.
            @Override
            public boolean isRepeatable() {
                return false;
            }

            @Override
            public Result run(String arguments, TaskRun run) throws IOException {
                return build(TaskJson.read(arguments, BuildOrder.class), run);
            }

            @Override
            public void ended(Task task) {
                BuildOrder order = TaskJson.read(task.request().arguments(), BuildOrder.class);
                order.secrets().ifPresent(secrets::forget);
                order.staged().ifPresent(stagings::giveUp);
            }
        });
    }

    private TaskHandler.Outcome build(BuildOrder order, TaskRun run) throws IOException {
        Repository repository = repositories.get(order.repository());
        BuilderAbilities abilities = builder.awaited(run::check);
        abilities.require();
        Optional<PrincipalId> maker = tasks.caller(run.task());
        Optional<RepositoryName> cache = order.cached() ? Optional.of(caches.of(repository)) : Optional.empty();
        var pass = new BuildPass(run.task().toString(), maker, cache);
        List<String> platforms =
                order.platforms().isEmpty() ? List.of(abilities.platforms().getFirst()) : order.platforms();
        Instant started = clock.instant();
        try (BuildPasses.Open open = passes.open(pass)) {
            BuildPlan plan = plan(order, run, platforms, open, cache);
            long version;
            try (BuiltImages built = builder.build(plan, BuildWatch.of(run, platforms.size()))) {
                List<PulledImage> pulled = open.pulled().stream()
                        .filter(image -> !cache.equals(Optional.of(image.name())))
                        .toList();
                String registry = exports.url().orElseGet(() -> "http://" + order.host());
                Provenance provenance = BuildProvenance.of(
                        order,
                        plan,
                        BuildProvenance.builder(settings, abilities, registry),
                        pulled,
                        built.dated(),
                        started,
                        clock.instant());
                version = take(order, repository, built, pulled, provenance, run);
            }
            cache.ifPresent(caches::evict);
            return version > repository.last()
                    ? TaskHandler.Outcome.created(new VersionHref(order.repository(), version).toString())
                    : TaskHandler.Outcome.NOTHING;
        }
    }

    private BuildPlan plan(
            BuildOrder order,
            TaskRun run,
            List<String> platforms,
            BuildPasses.Open open,
            Optional<RepositoryName> cache) {
        return new BuildPlan(
                run.task(),
                order.containerfile(),
                context(order),
                platforms,
                order.arguments(),
                order.labels(),
                order.target(),
                order.secrets().map(secrets::get).orElse(Map.of()),
                order.network(),
                Duration.ofSeconds(order.timeoutSeconds()),
                new BuildPlan.Bytes(
                        order.memory()
                                .map(asked -> Math.min(asked, settings.memory()))
                                .orElseGet(settings::usualMemory),
                        settings.disk()),
                order.dated().map(Instant::ofEpochSecond),
                open.secret(),
                order.host(),
                rules.all(),
                cache.map(RepositoryName::value),
                order.ignoring());
    }

    private BuildContext context(BuildOrder order) {
        if (order.archive().isPresent()) {
            RepositoryView holder =
                    order.staged().map(repositories::view).orElseGet(() -> versions.newest(order.repository()));
            return new BuildContext.Archive(held(holder, order.archive().get()));
        }
        return order.files().isPresent() ? files(order.files().get()) : new BuildContext.Nothing();
    }

    /** A file of a context, by its path. */
    public Optional<InputStream> file(BuildOrder.Files context, String path) throws IOException {
        FileVersion version = version(context);
        for (StoredFile file : version.files().values()) {
            if (file.path().value().equals(path)) {
                return Optional.of(version.open(file));
            }
        }
        return Optional.empty();
    }

    /** The log of a build that its version keeps; empty: it made none, or none that is there any more. */
    public Optional<BlobEntry> keptLog(TaskId build) {
        return tasks.find(build).stream()
                .flatMap(task -> task.createdResources().stream())
                .flatMap(href -> VersionHref.parse(href).stream())
                .flatMap(href -> versions.find(href.repository(), href.number()).stream())
                .map(made -> versions.view(made.repository(), made.version()))
                .flatMap(view -> KeptBuildLog.find(view, build, manifests).stream())
                .findFirst();
    }

    private FileVersion version(BuildOrder.Files context) {
        RepositoryView view = versions.view(context.repository(), context.version());
        return context.artifact().isEmpty()
                ? files.files(view)
                : files.files(
                        view,
                        view.manifest(context.artifact().get())
                                .orElseThrow(() -> new BuildFailed(
                                        "the context " + context.artifact().get() + " is in its version no more")));
    }

    private BuildContext.Files files(BuildOrder.Files context) {
        FileVersion version = version(context);
        return new BuildContext.Files(version.files().values().stream()
                .map(file -> new BuildContext.Named(file.path().value(), () -> version.open(file)))
                .toList());
    }

    private ByteSource held(RepositoryView holder, Digest digest) {
        BlobEntry blob = holder.blob(digest)
                .map(RepositoryView.HeldBlob::entry)
                .filter(BlobEntry::isHeld)
                .orElseThrow(
                        () -> new BuildFailed("the context's blob " + digest + " is not here any more; send it again"));
        return () -> blob.open(blobs);
    }

    /** Commits images, their tags and what describes them, as one version. */
    private long take(
            BuildOrder order,
            Repository repository,
            BuiltImages built,
            List<PulledImage> pulled,
            Provenance provenance,
            TaskRun run)
            throws IOException {
        try (StagingArea area = stagings.begin()) {
            var bases = new PulledBases(pulled, repositories, manifests, blobs);
            var staging = new BuiltImageStaging(area, bases);
            List<Staged> images = new ArrayList<>();
            for (BuiltImages.Image image : built.images()) {
                run.check();
                images.add(staging.stage(image));
            }
            Descriptor root = images.size() == 1 ? images.getFirst().manifest() : staging.index(images);
            RepositoryView newest = versions.newest(order.repository());
            if (order.tags().stream().allMatch(tag -> newest.tag(tag).equals(Optional.of(root.digest())))) {
                // Built before, of the same: nothing changes, and it is known how it was made.
                return newest.version();
            }
            var referrers = new BuildReferrers(
                    area, attestations, baseSboms, repository.settings().name(), clock.instant());
            List<Digest> roots = new ArrayList<>(List.of(root.digest()));
            for (int i = 0; i < images.size(); i++) {
                roots.addAll(referrers.of(built.images().get(i), images.get(i), provenance));
            }
            Optional<Path> log = builder.log(run.task()).filter(_ -> order.keepsLog());
            if (log.isPresent()) {
                roots.add(referrers.log(root, run.task(), log.get()));
            }
            Set<TagOn> tags = order.tags().stream()
                    .map(tag -> new TagOn(tag, root.digest()))
                    .collect(Collectors.toSet());
            Progress progress = (done, total) -> run.check();
            var note = new VersionNote("Built by task " + run.task());
            return area.commit(order.repository(), roots, tags, Optional.of(note), progress);
        }
    }
}
