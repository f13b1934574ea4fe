package dev.lading.cli.account;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.cli.account.StoredUsers.Records;
import dev.lading.cli.api.CommandFailure;
import dev.lading.cli.api.JsonText;
import dev.lading.cli.api.PrintableText;
import dev.lading.cli.shell.Invocation;
import dev.lading.cli.shell.LadingVersion;
import dev.lading.cli.shell.SmallFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code user}: what is done to users without a server, by whoever may write its records. */
@Command(
        name = "user",
        mixinStandardHelpOptions = true,
        versionProvider = LadingVersion.class,
        usageHelpAutoWidth = true,
        description = {"Gives users new passwords where nobody can log in to do so. pulp user does all else.", ""},
        commandListHeading = "%nVerbs; each has --help:%n")
public final class UserCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    private UserCommand() {}

    public static CommandLine line(Invocation invocation, StoredUsers users) {
        return new CommandLine(new UserCommand()).addSubcommand("password", new Password(invocation, users));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with users");
    }

    @Command(
            name = "password",
            mixinStandardHelpOptions = true,
            versionProvider = LadingVersion.class,
            usageHelpAutoWidth = true,
            sortOptions = false,
            description = {
                "Gives a user a new password, and ends their tokens.",
                "",
                "It writes the records itself: those of a data folder whose server is stopped, or of a table on AWS,"
                        + " with the credentials and the region of the environment. While a server runs on the folder,"
                        + " its administrator does the same: pulp user update --username NAME --password ...",
                ""
            })
    private static final class Password implements Callable<Integer> {
        private static final Path USUAL_DATA = Path.of("data");

        /** Size of a password that is made here: 144 bits. */
        private static final int MADE_BYTES = 18;

        private final Invocation invocation;
        private final StoredUsers users;

        @SuppressWarnings("UnusedVariable") // There is no other way yet; whoever types it knows what it does.
        @Option(names = "--reset", required = true, description = "Without the password of before.")
        private boolean reset;

        @ArgGroup
        private @Nullable Source source;

        @ArgGroup
        private @Nullable Place place;

        @Option(
                names = {"-q", "--quiet"},
                description = "Print the password that was made, alone.")
        private boolean quiet;

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Parameters(paramLabel = "NAME", description = "The user, as they log in.")
        private String name;

        /** The source of the password, which is no argument: other users see those. */
        private static final class Source {
            @Option(
                    names = "--password-file",
                    paramLabel = "<file>",
                    description = "File with the new password in one line. Else: one is made and printed, this once.")
            private @Nullable Path file;

            @Option(names = "--password-stdin", description = "Read the new password from standard input.")
            private boolean stdin;
        }

        /** The place of the records. */
        private static final class Place {
            @Option(
                    names = "--data",
                    paramLabel = "<folder>",
                    description = "Data folder of a server that is stopped (./data).")
            private @Nullable Path data;

            @Option(
                    names = "--dynamodb-table",
                    paramLabel = "<name>",
                    description = "Instead, the table of a deployment, or of a server with storage on AWS; it may run.")
            private @Nullable String table;
        }

        Password(Invocation invocation, StoredUsers users) {
            this.invocation = invocation;
            this.users = users;
        }

        @Override
        public Integer call() {
            Optional<String> given = given();
            String password = given.orElseGet(Password::made);
            boolean active = users.resetPassword(records(), name, password);
            print(given.isPresent() ? Optional.empty() : Optional.of(password), active);
            return 0;
        }

        private Records records() {
            Optional<Place> chosen = Optional.ofNullable(place);
            return chosen.map(each -> each.table)
                    .<Records>map(Records.InTable::new)
                    .orElseGet(() -> {
                        Path data = chosen.map(each -> each.data).orElse(USUAL_DATA);
                        return new Records.InFolder(invocation.folder().resolve(data), data.toString());
                    });
        }

        private Optional<String> given() {
            if (source == null) {
                return Optional.empty();
            }
            Path file = source.stdin ? null : source.file;
            String shown = file == null ? "standard input" : file.toString();
            try {
                return Optional.of(SmallFile.line(
                        file == null
                                ? SmallFile.read(invocation.in())
                                : SmallFile.read(invocation.folder().resolve(file))));
            } catch (NoSuchFileException e) {
                throw CommandFailure.usage("there is no file " + shown);
            } catch (AccessDeniedException e) {
                throw CommandFailure.usage("cannot read " + shown + ": it is another user's");
            } catch (IOException e) {
                throw CommandFailure.usage("cannot use " + shown + ": " + e.getMessage());
            }
        }

        private static String made() {
            byte[] bytes = new byte[MADE_BYTES];
            new SecureRandom().nextBytes(bytes);
            // Not to be taken for an option where somebody types it.
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).replace('-', '.');
        }

        private void print(Optional<String> password, boolean active) {
            PrintStream out = invocation.out();
            if (json) {
                ObjectNode document = JsonText.object().put("username", name).put("is_active", active);
                password.ifPresent(text -> document.put("password", text));
                out.println(JsonText.of(document));
            } else if (quiet) {
                password.ifPresent(out::println);
            } else {
                out.println(PrintableText.of("user      " + name));
                out.println("password  "
                        + password.map(text -> text + "   (shown this once)").orElse("the one that was given"));
                out.println("tokens    those of before end within 30 seconds");
                if (active) {
                    out.println(PrintableText.of("next      docker login -u " + name));
                }
            }
            if (!active) {
                invocation.warn(name + " is inactive: the administrator has to make them active before they log in");
            }
        }
    }
}
