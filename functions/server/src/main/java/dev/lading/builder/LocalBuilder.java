package dev.lading.builder;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.distribution.PullThroughs;
import dev.lading.oci.Digest;
import dev.lading.oci.ParseRoom;
import dev.lading.oci.RegistryException.BuildFailed;
import dev.lading.operation.build.BuildPlan;
import dev.lading.operation.build.BuildWatch;
import dev.lading.operation.build.Builder;
import dev.lading.operation.build.BuilderAbilities;
import dev.lading.operation.build.BuiltImages;
import dev.lading.operation.build.ByteSource;
import dev.lading.operation.build.NetworkMode;
import dev.lading.task.TaskId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/** Builds by buildah, each build in a sandbox of its own. */
public final class LocalBuilder implements Builder {
    private static final Logger LOG = Logger.getLogger(LocalBuilder.class);
    private static final int POLL_MILLIS = 250;
    private static final int PATIENCE_SECONDS = 20;
    private static final int LONGEST_REASON = 1_000;
    private static final int MOST_MANIFEST = 4 * 1024 * 1024;

    /** Ends of the sandbox's script. */
    private static final int NO_NETWORK = 70;

    private static final int DISK_FULL = 71;

    private static final Pattern OUT_OF_MEMORY = Pattern.compile("(?i)out of memory|cannot allocate memory");
    private static final Pattern NOT_REACHED = Pattern.compile("pinging container registry ([^\\s:]+)");

    private final BuilderSettings settings;
    private final BuildLogs logs;
    private final Sandbox sandbox;
    private final BuilderTrial trial;
    private final InstantSource clock;

    public LocalBuilder(BuilderSettings settings, InstantSource clock) {
        this.settings = settings;
        this.logs = new BuildLogs(settings.logs());
        this.sandbox = new Sandbox(settings.user());
        this.trial = new BuilderTrial(settings, sandbox);
        this.clock = clock;
    }

    /** Sweeps what a killed server left, and finds out what can be built; in the background. */
    public void start() {
        trial.start(this::sweep);
    }

    private void sweep() {
        ControlGroup.sweep();
        try {
            for (Path left : settings.folder().left()) {
                sandbox.remove(left);
            }
            settings.folder().sweep();
        } catch (IOException e) {
            LOG.warnf(
                    "builds of an earlier run are left in %s: %s",
                    settings.folder().path(), e.getMessage());
        }
    }

    @Override
    public BuilderAbilities abilities() {
        return trial.abilities();
    }

    @Override
    public BuilderAbilities awaited(Runnable check) {
        return trial.awaited(check);
    }

    @Override
    public Optional<Path> log(TaskId build) {
        return logs.find(build);
    }

    @Override
    public BuiltImages build(BuildPlan plan, BuildWatch watch) throws IOException {
        BuilderAbilities abilities = awaited(watch::check);
        requireAble(abilities, plan);
        logs.trim();
        Path folder = settings.folder().begin(plan.task().toString());
        try (var log = new BuildLog(logs.file(plan.task()))) {
            Instant dated = run(plan, abilities, folder, log, watch);
            return new BuiltImages(images(folder, plan.platforms().size()), dated, () -> remove(folder));
        } catch (IOException | RuntimeException e) {
            remove(folder);
            throw e;
        }
    }

    private void remove(Path folder) {
        try {
            sandbox.remove(folder);
            settings.folder().end();
        } catch (IOException e) {
            LOG.warnf("a build's folder is left until the next start: %s", e.getMessage());
        }
    }

    private static void requireAble(BuilderAbilities abilities, BuildPlan plan) {
        abilities.require();
        plan.platforms().stream()
                .filter(platform -> !abilities.platforms().contains(platform))
                .findFirst()
                .ifPresent(platform -> {
                    throw new BuildFailed("this builder runs " + String.join(", ", abilities.platforms()) + " and not "
                            + platform + "; install qemu-user-static and register it with binfmt_misc for more");
                });
        if (plan.network() == NetworkMode.OPEN && !abilities.open()) {
            throw new BuildFailed(
                    "this builder has no way to the internet: install slirp4netns, and see that /dev/net/tun"
                            + " is there");
        }
        if (!abilities.heredocs()) {
            HereDocument.first(plan.containerfile()).ifPresent(line -> {
                throw new BuildFailed("the Containerfile has a here-document ('" + line
                        + "'), which needs buildah 1.33 or newer; this builder has "
                        + abilities.versions().getOrDefault("buildah", "an older one"));
            });
        }
    }

    /** @return the date that all was given */
    private Instant run(BuildPlan plan, BuilderAbilities abilities, Path folder, BuildLog log, BuildWatch watch)
            throws IOException {
        Path build = Files.createDirectory(folder.resolve("build"));
        var context = new ContextFolder(build.resolve("context"), plan.bytes().disk(), watch::check);
        context.fill(plan.context());
        // Whatever the time is now: the same inputs are dated the same.
        Instant dated = plan.dated().or(context::newest).orElse(Instant.EPOCH);
        new BuildFiles(build, plan, abilities).write(dated);
        Optional<ControlGroup> group =
                ControlGroup.make(plan.task().toString(), plan.bytes().memory());
        try (var _ = BuildDoor.open(build.resolve("door"), settings.door().getAsInt())) {
            sandbox.hand(folder);
            var bounds = new Sandbox.Bounds(plan.bytes().disk(), plan.bytes().memory(), group);
            end(plan, sandbox.start(folder, plan.network(), bounds), group, log, watch);
            return dated;
        } finally {
            group.ifPresent(ControlGroup::close);
        }
    }

    private void end(BuildPlan plan, Process process, Optional<ControlGroup> group, BuildLog log, BuildWatch watch)
            throws IOException {
        Instant latest = clock.instant().plus(plan.timeout());
        Thread pump = Thread.ofVirtual().start(() -> copy(process, plan, log));
        try {
            give(plan, process);
            while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                watch.check();
                log.tell(watch);
                if (clock.instant().isAfter(latest)) {
                    throw new BuildFailed("the build took longer than the "
                            + plan.timeout().toSeconds() + " s that it may; give it a longer timeout");
                }
            }
            pump.join();
            if (process.exitValue() != 0) {
                throw failure(plan, process.exitValue(), group, log);
            }
            log.end();
            log.tell(watch);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BuildFailed("the server stopped while the build ran");
        } finally {
            stop(process);
        }
    }

    private static void copy(Process process, BuildPlan plan, BuildLog log) {
        try (InputStream out = process.getInputStream();
                var masked = new SecretMask(
                        log,
                        plan.secrets().values().stream()
                                .map(secret -> secret.bytes())
                                .toList())) {
            out.transferTo(masked);
        } catch (IOException e) {
            LOG.debugf("the log of build %s is broken off: %s", plan.task(), e.getMessage());
        }
    }

    /** Secrets, which the sandbox keeps in memory, and an end of them. The pipe stays open. */
    private static void give(BuildPlan plan, Process process) throws IOException {
        OutputStream pipe = process.getOutputStream();
        var text = new StringBuilder();
        plan.secrets()
                .forEach((name, secret) -> text.append(name)
                        .append(' ')
                        .append(Base64.getEncoder().encodeToString(secret.bytes()))
                        .append('\n'));
        try {
            pipe.write(text.append(".\n").toString().getBytes(StandardCharsets.US_ASCII));
            pipe.flush();
        } catch (IOException e) {
            // It has ended already; its status says why.
            LOG.debugf("build %s ended at once: %s", plan.task(), e.getMessage());
        }
    }

    /** Ends all processes of a build, if they have not. */
    private static void stop(Process process) {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            LOG.debugf("a build's pipe was closed: %s", e.getMessage());
        }
        boolean interrupted = Thread.interrupted();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static BuildFailed failure(BuildPlan plan, int status, Optional<ControlGroup> group, BuildLog log) {
        long mebibyte = 1024L * 1024;
        if (status == DISK_FULL) {
            return new BuildFailed(
                    "the build filled the " + plan.bytes().disk() / mebibyte + " MiB of disk that it may use");
        }
        if (group.filter(ControlGroup::ranOutOfMemory).isPresent()) {
            return new BuildFailed(
                    "the build needed more than the " + plan.bytes().memory() / mebibyte
                            + " MiB of memory that it may use; give it more, up to what the server allows");
        }
        if (group.filter(ControlGroup::ranOutOfProcesses).isPresent()) {
            return new BuildFailed(
                    "the build started more than the " + ControlGroup.PROCESSES + " processes that it may have");
        }
        String reason = log.reason().replace(BuildFiles.REGISTRY + "/", "");
        if (status == NO_NETWORK) {
            return new BuildFailed("the build could not be given a network: " + reason);
        }
        if (group.isEmpty() && OUT_OF_MEMORY.matcher(reason).find()) {
            return new BuildFailed("a process of the build needed more than the "
                    + plan.bytes().memory() / mebibyte
                    + " MiB of memory that each may use; give it more, up to what the server allows: " + reason);
        }
        if (plan.network() == NetworkMode.NONE
                && reason.contains("network is unreachable")
                && reason.contains("building at STEP \"ADD")) {
            return new BuildFailed(
                    "the build has no network, and ADD needs one: fetch it into the context, or build with"
                            + " an open network: " + reason);
        }
        Matcher registry = NOT_REACHED.matcher(reason);
        if (registry.find() && plan.network() == NetworkMode.NONE) {
            String host = registry.group(1);
            // As a Containerfile names it; a short name is meant so, too.
            String named = PullThroughs.DOCKER_HUB.contains(host) ? "docker.io" : host;
            return new BuildFailed("the build needs an image of " + named
                    + ", which nothing here mirrors: make a pull-through distribution or a mirror of it, or build with an"
                    + " open network");
        }
        // buildah's own word for it says no more.
        reason = reason.replaceFirst("^Error: ", "");
        return new BuildFailed("the build failed: "
                + (reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON)));
    }

    private static List<BuiltImages.Image> images(Path folder, int platforms) throws IOException {
        List<BuiltImages.Image> images = new ArrayList<>();
        for (int number = 1; number <= platforms; number++) {
            images.add(image(folder.resolve("build/out/" + number)));
        }
        return images;
    }

    /** An image in the format of containers/image's {@code dir} transport: blobs by their hex digests, not compressed. */
    private static BuiltImages.Image image(Path out) throws IOException {
        try (InputStream in = open(out.resolve("manifest.json"))) {
            JsonNode manifest = ParseRoom.JSON.readTree(in.readNBytes(MOST_MANIFEST));
            List<BuiltImages.Layer> layers = new ArrayList<>();
            for (JsonNode layer : manifest.path("layers")) {
                Digest digest = Digest.parse(layer.path("digest").asText());
                layers.add(new BuiltImages.Layer(digest, () -> open(out.resolve(digest.hex()))));
            }
            Digest configuration =
                    Digest.parse(manifest.path("config").path("digest").asText());
            Optional<ByteSource> contents = Optional.of(out.resolve("contents.json"))
                    .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .map(file -> () -> open(file));
            return new BuiltImages.Image(() -> open(out.resolve(configuration.hex())), layers, contents);
        }
    }

    /** No link is followed, whoever made it. */
    private static InputStream open(Path file) throws IOException {
        return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
    }
}
