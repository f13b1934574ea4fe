package dev.lading.cli.login;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dev.lading.cli.api.ApiUser;
import dev.lading.cli.api.CommandFailure;
import dev.lading.cli.api.ServerAddress;
import dev.lading.cli.shell.Invocation;
import dev.lading.cli.shell.SmallFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;

/**
 * The server in {@code cli.toml} of pulp's command line, from its section {@code [cli]}. Source: pulp-cli 0.41,
 * "Configuration".
 */
record PulpConfig(Path file, ServerAddress server, Optional<ApiUser> user) {
    /** The configuration; empty: there is no such file, or it names no server. */
    static Optional<PulpConfig> read(Invocation invocation) {
        Path file = file(invocation);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        JsonNode settings = parse(file).path("cli");
        String source = "read from " + file;
        Optional<ServerAddress> server =
                text(settings, "base_url").map(url -> ServerAddress.parse(url, "base_url " + source));
        Optional<ApiUser> user = text(settings, "password")
                .map(password -> new ApiUser(text(settings, "username").orElse(ApiUser.USUAL_USER), password, source));
        if (user.isPresent() && isOpen(file)) {
            invocation.warn("others can read " + file + ", which holds a password; say chmod 600 '" + file + "'");
        }
        return server.map(address -> new PulpConfig(file, address, user));
    }

    /** The path where pulp keeps it: in the system's folder for settings. */
    static Path file(Invocation invocation) {
        Path usual = System.getProperty("os.name").startsWith("Mac")
                ? invocation.home().resolve("Library/Application Support")
                : invocation.home().resolve(".config");
        return invocation
                .variable("XDG_CONFIG_HOME")
                .map(Path::of)
                .orElse(usual)
                .resolve("pulp/cli.toml");
    }

    /** Parses the file. The parser's own messages may repeat a line, and with it the password. */
    private static JsonNode parse(Path file) {
        try {
            return new TomlMapper().readTree(SmallFile.read(file));
        } catch (JsonProcessingException e) {
            throw CommandFailure.usage(file + " is not TOML"
                    + (e.getLocation() == null
                            ? ""
                            : ": see its line " + e.getLocation().getLineNr()));
        } catch (IOException e) {
            throw CommandFailure.usage("cannot read " + file + ": " + e.getMessage());
        }
    }

    private static Optional<String> text(JsonNode settings, String key) {
        return Optional.ofNullable(settings.path(key).textValue()).filter(value -> !value.isEmpty());
    }

    private static boolean isOpen(Path file) {
        try {
            var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
            return view != null
                    && view.readAttributes().permissions().stream()
                            .anyMatch(permission -> permission == PosixFilePermission.GROUP_READ
                                    || permission == PosixFilePermission.OTHERS_READ);
        } catch (IOException e) {
            return false;
        }
    }
}
