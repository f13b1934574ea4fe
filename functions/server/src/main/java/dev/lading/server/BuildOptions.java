package dev.lading.server;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of builds from Containerfiles. */
final class BuildOptions {
    @Option(
            names = "--builds",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Build from Containerfiles where this machine has buildah; lading status tells whether it can"
                    + " (${DEFAULT-VALUE}).")
    private boolean enabled;

    @Option(
            names = "--build-user",
            paramLabel = "<user>",
            description = "The user whose rights builds have (the server's own; of root's: lading-build).")
    private @Nullable String user;

    @Option(
            names = "--builds-folder",
            paramLabel = "<folder>",
            description = "Folder of builds under way, which that user can enter (builds/ in --data; of root's one in"
                    + " /var/tmp).")
    private @Nullable Path folder;

    @Option(
            names = "--build-memory",
            paramLabel = "<MiB>",
            defaultValue = "4096",
            description = "The most memory that a build may have, in MiB (${DEFAULT-VALUE}).")
    private long memory;

    @Option(
            names = "--build-disk",
            paramLabel = "<MiB>",
            defaultValue = "10240",
            description = "The most disk that a build may have, in MiB (${DEFAULT-VALUE}).")
    private long disk;

    @Option(
            names = "--builds-at-once",
            paramLabel = "<number>",
            defaultValue = "1",
            description = "Builds that run at the same time; those of one repository never do (${DEFAULT-VALUE}).")
    private int atOnce;

    /**
     * The configuration that they are.
     *
     * @param possible whether this kind of server builds at all
     */
    Map<String, Object> values(boolean possible) {
        Map<String, Object> values = new HashMap<>();
        values.put("lading.build.enabled", enabled && possible);
        values.put("lading.build.memory-mib", memory);
        values.put("lading.build.disk-mib", disk);
        values.put("lading.build.at-once", Math.clamp(atOnce, 1, 4));
        if (user != null) {
            values.put("lading.build.user", user);
        }
        if (folder != null) {
            values.put("lading.build.folder", folder.toAbsolutePath());
        }
        return values;
    }
}
