package dev.lading.cli;

import dev.lading.cli.account.RobotCommand;
import dev.lading.cli.account.StoredUsers;
import dev.lading.cli.account.UserCommand;
import dev.lading.cli.api.CommandFailure;
import dev.lading.cli.api.PrintableText;
import dev.lading.cli.build.BuildCommand;
import dev.lading.cli.bundle.ExportCommand;
import dev.lading.cli.bundle.ImportCommand;
import dev.lading.cli.bundle.ReceiptCommand;
import dev.lading.cli.history.DiffCommand;
import dev.lading.cli.history.PromoteCommand;
import dev.lading.cli.history.RestoreCommand;
import dev.lading.cli.history.VerifyCommand;
import dev.lading.cli.keys.KeysCommand;
import dev.lading.cli.shell.Invocation;
import dev.lading.cli.shell.LadingVersion;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** The command {@code lading} with its verbs. Most of them send requests to a running server and end. */
@Command(
        name = "lading",
        mixinStandardHelpOptions = true,
        versionProvider = LadingVersion.class,
        usageHelpAutoWidth = true,
        description = {
            "A container registry: serves it, and does to a running one what pulp's command line cannot say.",
            ""
        },
        commandListHeading = "%nVerbs; each has --help:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:the server refused it, the task failed, or bytes are not as they should be",
            "2:what was typed, or a setting, means nothing",
            "3:the server was not reached, is in trouble, or does not accept the credentials"
        })
public final class LadingCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    private LadingCommand() {}

    public static void main(String... args) {
        StoredUsers elsewhere = (records, user, password) -> {
            throw CommandFailure.usage("this jar only asks servers; use bin/lading user");
        };
        System.exit(line(Invocation.current(), new ServeElsewhere(), elsewhere).execute(args));
    }

    /**
     * The command line, to be executed once.
     *
     * @param serve the verb that starts the server, which is not installed with every client
     * @param users for verbs that need no server
     */
    public static CommandLine line(Invocation invocation, Object serve, StoredUsers users) {
        return new CommandLine(new LadingCommand())
                .addSubcommand("serve", serve)
                .addSubcommand("status", new StatusCommand(invocation))
                .addSubcommand("restore", new RestoreCommand(invocation))
                .addSubcommand("promote", new PromoteCommand(invocation))
                .addSubcommand("build", new BuildCommand(invocation))
                .addSubcommand("diff", new DiffCommand(invocation))
                .addSubcommand("verify", new VerifyCommand(invocation))
                .addSubcommand("export", new ExportCommand(invocation))
                .addSubcommand("import", new ImportCommand(invocation))
                .addSubcommand("receipt", new ReceiptCommand(invocation))
                .addSubcommand("robot", RobotCommand.line(invocation))
                .addSubcommand("keys", KeysCommand.line(invocation))
                .addSubcommand("user", UserCommand.line(invocation, users))
                .addSubcommand("completion", new CompletionCommand())
                .setOut(new PrintWriter(invocation.out(), true, invocation.out().charset()))
                .setErr(new PrintWriter(invocation.err(), true, invocation.err().charset()))
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    if (failure instanceof CommandFailure told) {
                        invocation.err().println("lading: " + PrintableText.of(told.getMessage()));
                        return told.exitCode();
                    }
                    throw failure;
                });
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do");
    }

    /** The verb where the server is not on the class path: the launcher starts that by itself. */
    @Command(description = "Runs the registry in this process.")
    private static final class ServeElsewhere implements Runnable {
        @SuppressWarnings("UnusedVariable") // Whatever it is, the sentence is the same.
        @Unmatched
        private List<String> arguments;

        @Override
        public void run() {
            throw CommandFailure.usage("this jar only asks servers; start one with bin/lading serve");
        }
    }
}
