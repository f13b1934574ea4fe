package dev.lading.cli.login;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Options for the server's address and the credentials. */
public final class LoginOptions {
    @Option(
            names = "--url",
            paramLabel = "<url>",
            description = "The server. Else: $$LADING_URL, base_url of pulp's cli.toml, the server that runs on --data,"
                    + " port 5000 of this machine.")
    private @Nullable String url;

    @Option(
            names = "--user",
            paramLabel = "<name>",
            description = "Who asks. Else: $$LADING_USER, username of pulp's cli.toml, admin.")
    private @Nullable String user;

    @ArgGroup
    private @Nullable PasswordOption password;

    @Option(
            names = "--data",
            paramLabel = "<folder>",
            description = "Data folder of a server on this machine, for its address and password (./data). Where it is"
                    + " given, cli.toml is not read.")
    private @Nullable Path data;

    /** The source of the password. No option holds the password itself: other users see a process's arguments. */
    private static final class PasswordOption {
        @Option(
                names = "--password-file",
                paramLabel = "<file>",
                description = "File with the password in one line. Else: that of --data if it is given,"
                        + " $$LADING_ADMIN_PASSWORD, pulp's cli.toml for the server it names, ./data for one on this"
                        + " machine.")
        private @Nullable Path file;

        @Option(names = "--password-stdin", description = "Read the password from standard input.")
        private boolean stdin;
    }

    Optional<String> url() {
        return Optional.ofNullable(url);
    }

    Optional<String> user() {
        return Optional.ofNullable(user);
    }

    Optional<Path> passwordFile() {
        return Optional.ofNullable(password).map(option -> option.file);
    }

    public boolean passwordOnStdin() {
        return password != null && password.stdin;
    }

    Optional<Path> data() {
        return Optional.ofNullable(data);
    }
}
