package dev.lading.server;

import dev.lading.builder.BuilderSettings;
import dev.lading.builder.BuildsFolder;
import dev.lading.builder.LocalBuilder;
import dev.lading.connection.BuildEntrance;
import dev.lading.embedded.OwnerOnly;
import dev.lading.oci.Digest;
import dev.lading.operation.build.Builder;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
        Path data = config.data().toAbsolutePath();
        BuildsFolder folder = config.build()
                .folder()
                .map(chosen -> new BuildsFolder(chosen, user.isPresent(), false))
                .orElseGet(
                        () -> root ? shared(data) : new BuildsFolder(data.resolve("builds"), user.isPresent(), false));
        try {
            folder.require();
            Path logs = OwnerOnly.folder(data.resolve("build-logs"));
            return new LocalBuilder(new BuilderSettings(user, folder, logs, entrance::port), clock);
        } catch (IOException e) {
            throw new StartFailure(String.valueOf(e.getMessage()), e);
        }
    }

    /** A user without rights cannot enter the data folder; a name that is always the same lets the next start sweep. */
    private static BuildsFolder shared(Path data) {
        String name = Digest.of(Digest.SHA256, data.normalize().toString().getBytes(StandardCharsets.UTF_8))
                .hex();
        return BuildsFolder.shared(SHARED, name.substring(0, NAME_CHARACTERS));
    }
}
