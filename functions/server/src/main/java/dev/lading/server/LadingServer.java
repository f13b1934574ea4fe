package dev.lading.server;

import dev.lading.access.Secrets;
import dev.lading.cli.LadingCommand;
import dev.lading.cli.shell.Invocation;
import dev.lading.connection.MirrorPorts;
import dev.lading.embedded.AddressFile;
import dev.lading.embedded.DataFolder;
import dev.lading.embedded.DiskSpace;
import dev.lading.oci.RegistryException;
import dev.lading.server.offline.OfflineUsers;
import dev.lading.server.warmup.WarmUp;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.quarkus.scheduler.Scheduler;
import jakarta.enterprise.event.Observes;
import java.io.Console;
import java.io.PrintStream;
import java.net.BindException;
import java.net.URI;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine;

/** The standalone registry: options in, one ready line out, until Ctrl-C. */
@QuarkusMain
public final class LadingServer implements QuarkusApplication {
    private static final String SERVE = "serve";
    private static final int UNUSABLE = 1;

    private final ServerConfig config;
    private final Secrets secrets;
    private final Scheduler scheduler;
    private final WarmUp warmUp;

    LadingServer(ServerConfig config, Secrets secrets, Scheduler scheduler, WarmUp warmUp) {
        this.config = config;
        this.secrets = secrets;
        this.scheduler = scheduler;
        this.warmUp = warmUp;
    }

    static void stopping(@Observes ShutdownEvent event) {
        QuietLog.stopping();
    }

    public static void main(String... args) {
        CommandLine serve = new CommandLine(new ServerOptions());
        String[] options = args;
        // Options alone are the server's, which was run so before there were verbs.
        if (args.length > 0 && args[0].equals(SERVE)) {
            serve.setCommandName("lading " + SERVE);
            options = Arrays.copyOfRange(args, 1, args.length);
        } else if (args.length > 0 && !args[0].startsWith("-")) {
            System.exit(LadingCommand.line(Invocation.current(), serve, new OfflineUsers())
                    .execute(args));
        }
        int usage = serve.execute(options);
        if (usage != 0 || serve.isUsageHelpRequested() || serve.isVersionHelpRequested()) {
            System.exit(usage);
        }
        Quarkus.run(LadingServer.class, LadingServer::exit, options);
    }

    @Override
    public int run(String... args) {
        PrintStream out = System.out;
        secrets.newPassword().ifPresent(password -> tell(password, out));
        String address = config.address();
        String host = address.substring(address.indexOf("//") + 2);
        try (var _ = AddressFile.tell(config.data(), address)) {
            out.println("Lading is ready at " + address + " - next: docker login -u admin " + host + "; docker push "
                    + host + "/hello:1");
            scheduler.resume();
            if (config.warmUp()) {
                var _ = warmUp.begin(URI.create(address));
            }
            Quarkus.waitForExit();
        }
        return 0;
    }

    /** Prints the password to a terminal only: redirected output, a log or a file, is kept and read by others. */
    @SuppressWarnings("SystemConsoleNull") // JDK 25's is null again without a terminal: JDK-8351435.
    private void tell(String password, PrintStream out) {
        Console console = System.console();
        if (console != null && console.isTerminal()) {
            out.println("Made a password for user 'admin': " + password + "\n  It is shown this once, and kept in "
                    + passwordPlace());
        } else {
            out.println("Made a password for user 'admin'; it is kept in " + passwordPlace());
        }
    }

    private String passwordPlace() {
        return config.aws()
                .parameters()
                .filter(prefix -> config.storage() == ServerConfig.StorageKind.aws)
                .map(prefix -> "the SSM parameter " + prefix + "/" + Secrets.PASSWORD)
                .orElseGet(() ->
                        config.data().resolve("secrets/" + Secrets.PASSWORD).toString());
    }

    /** Exits with one sentence for a problem that the operator can solve, or with the stack of a bug. */
    private static void exit(int code, Throwable failure) {
        if (LaunchMode.current() == LaunchMode.DEVELOPMENT) {
            // The server ends at each change of a source, and the process starts it again.
            return;
        }
        if (failure != null) {
            Optional<String> sentence = sentence(failure);
            // The log is closed by now.
            sentence.ifPresentOrElse(
                    text -> System.err.println("lading: " + text), () -> failure.printStackTrace(System.err));
            System.exit(UNUSABLE);
        }
        System.exit(code);
    }

    private static Optional<String> sentence(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DataFolder.Unusable
                    || cause instanceof Secrets.Damaged
                    || cause instanceof Secrets.PasswordTooShort
                    || cause instanceof StartFailure
                    || cause instanceof MirrorPorts.Taken
                    || cause instanceof RegistryException) {
                return Optional.ofNullable(cause.getMessage());
            }
            if (cause instanceof BindException) {
                return Optional.of("the address is taken: " + cause.getMessage() + "; choose another with --port");
            }
            if (DiskSpace.saysFull(cause)) {
                return Optional.of(
                        "the disk of the data folder is full; free some room, or choose another with --data");
            }
        }
        return Optional.empty();
    }
}
