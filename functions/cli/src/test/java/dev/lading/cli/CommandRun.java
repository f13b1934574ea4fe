package dev.lading.cli;

import dev.lading.cli.account.StoredUsers;
import dev.lading.cli.shell.Invocation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** A shell to run the command in, with a home of its own. */
public final class CommandRun {
    private final Path home;
    private final Map<String, String> environment = new HashMap<>();
    private String stdin = "";
    private boolean terminal;
    private final List<String> resets = new ArrayList<>();

    /** The outcome of a run. */
    public record Outcome(int exitCode, String out, String err) {}

    @Command
    private static final class Serve implements Runnable {
        @Override
        public void run() {}
    }

    public CommandRun(Path home) {
        this.home = home;
    }

    public CommandRun with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** What users' passwords were reset to: the records, the name and the password, in one line. */
    public List<String> resets() {
        return resets;
    }

    private boolean reset(StoredUsers.Records records, String user, String password) {
        resets.add(records + " " + user + " " + password);
        return !user.equals("inactive");
    }

    public CommandRun typing(String text) {
        stdin = text;
        return this;
    }

    public CommandRun onATerminal() {
        terminal = true;
        return this;
    }

    /** Writes a file of the home, with permissions such as {@code rw-------}. */
    public CommandRun file(String name, String content, String permissions) {
        try {
            Path file = home.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Outcome run(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        Invocation invocation = new Invocation(
                environment,
                home,
                home,
                new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                terminal);
        int exitCode = LadingCommand.line(invocation, new Serve(), this::reset).execute(arguments);
        return new Outcome(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
