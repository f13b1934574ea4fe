package dev.lading.builder;

import dev.lading.oci.RegistryException.BuildFailed;
import dev.lading.operation.build.BuilderAbilities;
import dev.lading.operation.build.NetworkMode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Finds out what can be built here, by building something: that a program is there says little. */
final class BuilderTrial {
    private static final Logger LOG = Logger.getLogger(BuilderTrial.class);
    /** A second or two is usual. */
    private static final int LONGEST_SECONDS = 120;

    private static final int POLL_MILLIS = 200;
    private static final long MEBIBYTE = 1024L * 1024;
    private static final long DISK = 512 * MEBIBYTE;
    private static final long MEMORY = 512 * MEBIBYTE;
    private static final int MOST_OUTPUT = 64 * 1024;
    private static final int HEREDOC_FAILED = 3;
    private static final Path BINFMT = Path.of("/proc/sys/fs/binfmt_misc");

    /** Names of emulators as Debian registers them, and platforms. */
    private static final Map<String, String> EMULATED = Map.of(
            "qemu-aarch64", "linux/arm64",
            "qemu-arm", "linux/arm/v7",
            "qemu-ppc64le", "linux/ppc64le",
            "qemu-s390x", "linux/s390x",
            "qemu-riscv64", "linux/riscv64",
            "qemu-x86_64", "linux/amd64");

    private final BuilderSettings settings;
    private final Sandbox sandbox;
    private final CompletableFuture<BuilderAbilities> found = new CompletableFuture<>();

    BuilderTrial(BuilderSettings settings, Sandbox sandbox) {
        this.settings = settings;
        this.sandbox = sandbox;
    }

    /** @param first done before */
    void start(Runnable first) {
        found.completeOnTimeout(
                BuilderAbilities.none("a trial of the builder took longer than " + LONGEST_SECONDS
                        + " s; see that buildah --version answers, and start the server again"),
                LONGEST_SECONDS,
                TimeUnit.SECONDS);
        Thread.ofVirtual().name("builder-trial").start(() -> {
            BuilderAbilities abilities;
            try {
                first.run();
                abilities = find();
            } catch (IOException | RuntimeException e) {
                LOG.debug("the trial of the builder failed", e);
                abilities = BuilderAbilities.none("a trial of the builder failed: " + e.getMessage());
            }
            // Most who have no buildah want none; the call, and the status, say why.
            abilities.reason().ifPresent(reason -> LOG.debugf("no builds from Containerfiles: %s", reason));
            found.complete(abilities);
        });
    }

    BuilderAbilities abilities() {
        return found.getNow(BuilderAbilities.unknown());
    }

    BuilderAbilities awaited(Runnable check) {
        while (true) {
            try {
                return found.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                check.run();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BuildFailed("the server stopped while the build waited");
            }
        }
    }

    private BuilderAbilities find() throws IOException {
        if (settings.user().isPresent()
                && Sandbox.says("id", "-u", settings.user().get()).isEmpty()) {
            return BuilderAbilities.none(
                    "the server runs as root, and builds need a user without rights: add one by useradd --system "
                            + settings.user().get()
                            + ", and give it numbers by usermod --add-subuids 200000-265535 --add-subgids"
                            + " 200000-265535 " + settings.user().get());
        }
        Map<String, String> versions = new LinkedHashMap<>();
        version(versions, "buildah");
        // Debian's crun 1.8 runs nothing where control groups are hybrid.
        version(versions, "runc");
        if (!versions.containsKey("runc")) {
            version(versions, "crun");
        }
        Sandbox.says("sh", "-c", Sandbox.resource("generator.sh"))
                .ifPresent(version -> versions.put(BuildFiles.SBOM, version));
        List<String> missing = missing(versions);
        if (!missing.isEmpty()) {
            return BuilderAbilities.none("builds need " + String.join(", ", missing)
                    + "; on Debian: apt-get install buildah runc uidmap" + " socat iproute2 slirp4netns");
        }
        String name = BuildsFolder.trial();
        Path folder = settings.folder().begin(name);
        Optional<ControlGroup> group = ControlGroup.make(name, MEMORY);
        try {
            return tried(folder, versions, group);
        } finally {
            group.ifPresent(ControlGroup::close);
            sandbox.remove(folder);
            settings.folder().end();
        }
    }

    private static void version(Map<String, String> versions, String program) {
        Sandbox.says(program, "--version")
                .ifPresent(line -> versions.put(
                        program, line.replaceFirst(".*version ", "").replaceFirst("[ ,(].*", "")));
    }

    private static List<String> missing(Map<String, String> versions) {
        List<String> missing = new ArrayList<>();
        if (!versions.containsKey("buildah")) {
            missing.add("buildah");
        }
        if (!versions.containsKey("runc") && !versions.containsKey("crun")) {
            missing.add("runc");
        }
        Stream.of("newuidmap", "socat", "ip", "unshare")
                .filter(program ->
                        Sandbox.says("sh", "-c", "command -v " + program).isEmpty())
                .forEach(missing::add);
        return missing;
    }

    private BuilderAbilities tried(Path folder, Map<String, String> versions, Optional<ControlGroup> group)
            throws IOException {
        Path build = Files.createDirectory(folder.resolve("build"));
        Files.createDirectory(build.resolve("context"));
        new BuildFiles(build, TrialPlan.PLAN, able(versions, group, false)).write(java.time.Instant.EPOCH);
        Files.writeString(build.resolve("Heredoc"), "FROM scratch\nCOPY <<END /file\ntext\nEND\n");
        Files.writeString(build.resolve("steps.sh"), Sandbox.resource("trial.sh"));
        sandbox.hand(folder);
        Process process = sandbox.start(folder, NetworkMode.NONE, new Sandbox.Bounds(DISK, MEMORY, group));
        String said;
        try (OutputStream pipe = process.getOutputStream();
                InputStream out = process.getInputStream()) {
            pipe.write(".\n".getBytes(StandardCharsets.US_ASCII));
            pipe.flush();
            said = new String(out.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8);
            process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return switch (process.exitValue()) {
            case 0 -> able(versions, group, true);
            case HEREDOC_FAILED -> able(versions, group, false);
            default ->
                BuilderAbilities.none("a trial of the builder failed: "
                        + said.lines()
                                .filter(line -> !line.isBlank())
                                .reduce((one, next) -> next)
                                .orElse("it said nothing"));
        };
    }

    private BuilderAbilities able(Map<String, String> versions, Optional<ControlGroup> group, boolean heredocs) {
        return new BuilderAbilities(
                true,
                Optional.empty(),
                versions,
                settings.user().orElseGet(() -> System.getProperty("user.name")),
                group.map(each -> "cgroup v" + each.version()).orElse("ulimit"),
                platforms(),
                heredocs,
                Sandbox.says("slirp4netns", "--version").isPresent() && sandbox.mayWrite(Path.of("/dev/net/tun")));
    }

    private static List<String> platforms() {
        List<String> platforms = new ArrayList<>(List.of(own()));
        EMULATED.forEach((emulator, platform) -> {
            Path registered = BINFMT.resolve(emulator);
            try {
                // F: opened when it was registered, so that it runs where its file is not.
                if (Files.isRegularFile(registered)
                        && Files.readString(registered).matches("(?s)enabled\n.*flags: [A-Z]*F.*")) {
                    platforms.add(platform);
                }
            } catch (IOException e) {
                LOG.debugf("cannot read %s: %s", registered, e.getMessage());
            }
        });
        return platforms.stream().distinct().toList();
    }

    private static String own() {
        return "linux/"
                + switch (System.getProperty("os.arch")) {
                    case "amd64", "x86_64" -> "amd64";
                    case "aarch64" -> "arm64";
                    case String other -> other;
                };
    }
}
