package dev.lading.server;

import dev.lading.testing.FaultyUpstream;
import dev.lading.testing.Folders;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A data folder that a server of an earlier release wrote, unpacked with its modes: argument {@value #FOLDER}, as in
 * {@code 0.1.0/stopped}. With {@value #MOVED}, the upstream of its remotes answers, at another port than then: only the
 * port is written into the database. It demands the password that the remote was given then.
 */
public final class EarlierFolder implements QuarkusTestResourceLifecycleManager {
    static final String FOLDER = "folder";
    static final String MOVED = "moved";

    /** An expiry by which open uploads are not swept, however old the fixture is. */
    private static final String EXPIRY = "P36500D";

    private String source = "";
    private boolean moved;
    private Path folder;
    private Optional<FaultyUpstream> upstream = Optional.empty();

    @Override
    public void init(Map<String, String> arguments) {
        source = arguments.get(FOLDER);
        moved = arguments.containsKey(MOVED);
    }

    /** Runs after the resources of all classes, whose configuration this replaces. */
    @Override
    public int order() {
        return 1;
    }

    @Override
    public Map<String, String> start() {
        try {
            folder = Files.createTempDirectory("lading-test");
            Path data = folder.resolve("data");
            unpack(data);
            if (moved) {
                upstream = Optional.of(startUpstream());
                moveRemotes(data, upstream.get().url());
            }
            return Map.of(
                    "lading.data",
                    data.toString(),
                    // Other tests' resource counts for all classes, and gives one: here it is the folder's.
                    "lading.admin-password",
                    "",
                    "lading.upload-expiry",
                    EXPIRY,
                    "quarkus.http.test-port",
                    "0",
                    "quarkus.http.access-log.enabled",
                    "false");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static FaultyUpstream startUpstream() {
        FaultyUpstream upstream = FaultyUpstream.start();
        UpgradeContract.serveNewImage(upstream);
        upstream.demandPassword("admin", "upstream-password");
        return upstream;
    }

    private void unpack(Path data) throws IOException, URISyntaxException {
        URI archive = URI.create("jar:"
                + EarlierFolder.class.getResource("/upgrade/" + source + ".zip").toURI());
        try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("enablePosixFileAttributes", "true"));
                Stream<Path> files = Files.walk(zip.getPath("/"))) {
            Files.createDirectory(data);
            for (Path file : files.skip(1).toList()) {
                Path target = data.resolve(file.toString().substring(1));
                Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
                Files.setPosixFilePermissions(target, Files.getPosixFilePermissions(file));
            }
        }
    }

    private static void moveRemotes(Path data, String url) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("lading.db"));
                var change = connection.prepareStatement(
                        "UPDATE record SET doc = json_set(doc, '$.settings.url', ?) WHERE pk LIKE 'remote#%'")) {
            change.setString(1, url);
            change.executeUpdate();
        }
    }

    @Override
    public void stop() {
        upstream.ifPresent(FaultyUpstream::close);
        Folders.delete(folder);
    }
}
