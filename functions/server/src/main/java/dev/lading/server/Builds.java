package dev.lading.server;

import dev.lading.builder.BuilderSettings;
import dev.lading.builder.LocalBuilder;
import dev.lading.connection.BuildEntrance;
import dev.lading.embedded.OwnerOnly;
import dev.lading.oci.Digest;
import dev.lading.operation.build.Builder;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Optional;

/** Sets up the builder of this machine. */
@Singleton
final class Builds {
    private static final Path SHARED = Path.of("/var/tmp");
    private static final int NAME_CHARACTERS = 12;

    private final Builder builder;

    Builds(Builder builder) {
        this.builder = builder;
    }

    /** When requests are answered, which a trial of the builder must not delay. */
    void start(@Observes StartupEvent event) {
        if (builder instanceof LocalBuilder local) {
            local.start();
        }
    }

    static Builder builder(ServerConfig config, BuildEntrance entrance, InstantSource clock) {
        if (!config.build().enabled()) {
            return Builder.none("this server builds nothing from Containerfiles: it was started with --no-builds, for"
                    + " uploads alone, or with storage on AWS; declare the image (lading build --declare)");
        }
        boolean root = "root".equals(System.getProperty("user.name"));
        Optional<String> user =
                config.build().user().or(() -> root ? Optional.of(BuilderSettings.USUAL_USER) : Optional.empty());
        try {
            Path data = config.data().toAbsolutePath();
            Path folder = config.build().folder().orElseGet(() -> root ? shared(data) : data.resolve("builds"));
            return new LocalBuilder(
                    new BuilderSettings(
                            user,
                            folder(folder, user.isPresent()),
                            OwnerOnly.folder(data.resolve("build-logs")),
                            entrance::port),
                    clock);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder of builds", e);
        }
    }

    /** A user without rights cannot enter the data folder; a name that is always the same lets the next start sweep. */
    private static Path shared(Path data) {
        String name = Digest.of(Digest.SHA256, data.normalize().toString().getBytes(StandardCharsets.UTF_8))
                .hex();
        return SHARED.resolve("lading-builds-" + name.substring(0, NAME_CHARACTERS));
    }

    private static Path folder(Path folder, boolean entered) throws IOException {
        if (!Files.isDirectory(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(folder.getParent());
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
        }
        if (!Files.getOwner(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)
                .getName()
                .equals(System.getProperty("user.name"))) {
            throw new StartFailure(
                    "the folder of builds '" + folder + "' is another user's; choose one by --builds-folder");
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(entered ? "rwx--x--x" : "rwx------"));
        return folder;
    }
}
