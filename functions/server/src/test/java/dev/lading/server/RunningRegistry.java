package dev.lading.server;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/** A data folder for the registry under test, deleted afterwards. */
public final class RunningRegistry implements QuarkusTestResourceLifecycleManager {
    static final String PASSWORD = "test-password";

    /** Base path of the distribution that the mirror port serves. */
    static final String MIRRORED = "port-hub";

    private static int mirrorPort;

    private Path folder;

    static int mirrorPort() {
        return mirrorPort;
    }

    @Override
    public Map<String, String> start() {
        try (ServerSocket free = new ServerSocket(0)) {
            mirrorPort = free.getLocalPort();
            folder = Files.createTempDirectory("lading-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of(
                "lading.data",
                folder.resolve("data").toString(),
                "lading.exports-folder",
                folder.resolve("exports").toString(),
                "lading.imports-folder",
                folder.resolve("exports").toString(),
                "lading.admin-password",
                PASSWORD,
                "lading.mirror-ports." + mirrorPort,
                MIRRORED,
                "quarkus.http.test-port",
                "0",
                "quarkus.http.access-log.enabled",
                "false");
    }

    @Override
    public void stop() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
