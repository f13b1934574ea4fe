package dev.lading.cli.login;

import dev.lading.cli.api.ApiClient;
import dev.lading.cli.api.ApiUser;
import dev.lading.cli.api.CommandFailure;
import dev.lading.cli.api.ServerAddress;
import dev.lading.cli.shell.Invocation;
import dev.lading.cli.shell.SmallFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the server and the password: in options, the environment, pulp's configuration, or a data folder of this
 * machine. Credentials that a file holds for one server are sent to no other.
 */
public final class LoginSources {
    private static final String USUAL_ADDRESS = "http://127.0.0.1:5000";
    private static final Path USUAL_DATA = Path.of("data");

    private final LoginOptions options;
    private final Invocation invocation;
    private Optional<Optional<PulpConfig>> pulp = Optional.empty();

    public LoginSources(LoginOptions options, Invocation invocation) {
        this.options = options;
        this.invocation = invocation;
    }

    public ApiClient connect() {
        ServerAddress server = server();
        ApiUser user = user(server);
        if (server.isPlain() && !server.isLoopback()) {
            invocation.warn("the password goes to " + server.uri() + " unencrypted");
        }
        return new ApiClient(server, user);
    }

    private ServerAddress server() {
        return options.url()
                .map(url -> ServerAddress.parse(url, "given by --url"))
                .or(() -> options.data().flatMap(this::addressIn))
                .or(() -> invocation.variable("LADING_URL").map(url -> ServerAddress.parse(url, "given by LADING_URL")))
                .or(() -> pulp().map(PulpConfig::server))
                .or(() -> addressIn(USUAL_DATA))
                .orElseGet(() -> ServerAddress.parse(USUAL_ADDRESS, "the usual address"));
    }

    /**
     * The address of the server that runs on a data folder. Only addresses of this machine are trusted: the folder may
     * come from anybody, and the password from the environment.
     */
    private Optional<ServerAddress> addressIn(Path data) {
        Path file = data.resolve("address");
        return Files.exists(resolve(file))
                ? Optional.of(ServerAddress.parse(line(file), "read from " + file))
                        .filter(ServerAddress::isLoopback)
                : Optional.empty();
    }

    private ApiUser user(ServerAddress server) {
        Optional<String> name = options.user().or(() -> invocation.variable("LADING_USER"));
        String usual = name.orElse(ApiUser.USUAL_USER);
        return options.passwordFile()
                .map(file -> new ApiUser(usual, line(file), "read from " + file))
                .or(() -> options.passwordOnStdin()
                        ? Optional.of(new ApiUser(usual, stdin(), "read from standard input"))
                        : Optional.empty())
                .or(() -> options.data().flatMap(data -> passwordIn(data, usual)))
                .or(() -> invocation
                        .variable("LADING_ADMIN_PASSWORD")
                        .map(password -> new ApiUser(usual, password, "given by LADING_ADMIN_PASSWORD")))
                .or(() -> pulpUser(server, name))
                .or(() -> server.isLoopback() ? passwordIn(USUAL_DATA, usual) : Optional.empty())
                .orElseThrow(() -> noPassword(server));
    }

    private Optional<ApiUser> pulpUser(ServerAddress server, Optional<String> name) {
        return pulp().filter(config -> config.server().isAt(server))
                .flatMap(PulpConfig::user)
                .map(user -> new ApiUser(name.orElse(user.user()), user.password(), user.source()));
    }

    private Optional<ApiUser> passwordIn(Path data, String user) {
        Path file = data.resolve("secrets/admin-password");
        // Another user's folder cannot be read either, and is not the same as a missing file.
        return Files.notExists(resolve(file))
                ? Optional.empty()
                : Optional.of(new ApiUser(user, line(file), "read from " + file));
    }

    private String stdin() {
        try {
            return SmallFile.line(SmallFile.read(invocation.in()));
        } catch (IOException e) {
            throw CommandFailure.usage("cannot use standard input: " + e.getMessage());
        }
    }

    private String line(Path file) {
        try {
            return SmallFile.line(SmallFile.read(resolve(file)));
        } catch (AccessDeniedException e) {
            throw CommandFailure.noServer("cannot read " + file + ": it is another user's");
        } catch (NoSuchFileException e) {
            throw CommandFailure.usage("there is no file " + file);
        } catch (IOException e) {
            throw CommandFailure.usage("cannot use " + file + ": " + e.getMessage());
        }
    }

    private Path resolve(Path file) {
        return invocation.folder().resolve(file);
    }

    /** Pulp's configuration, read when first needed: most commands find what they need before. */
    private Optional<PulpConfig> pulp() {
        if (pulp.isEmpty()) {
            pulp = Optional.of(options.data().isPresent() ? Optional.empty() : PulpConfig.read(invocation));
        }
        return pulp.get();
    }

    private CommandFailure noPassword(ServerAddress server) {
        List<String> looked = new ArrayList<>(List.of("LADING_ADMIN_PASSWORD"));
        options.data()
                .ifPresent(data ->
                        looked.add(data.resolve("secrets/admin-password").toString()));
        if (options.data().isEmpty()) {
            looked.add(PulpConfig.file(invocation).toString());
            if (server.isLoopback()) {
                looked.add(USUAL_DATA.resolve("secrets/admin-password").toString());
            }
        }
        return CommandFailure.noServer("no password for " + server + " in " + String.join(", ", looked)
                + "; give one by --password-file or --password-stdin, or name the server's --data");
    }
}
