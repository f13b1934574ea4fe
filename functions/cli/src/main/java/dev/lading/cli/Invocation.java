package dev.lading.cli;

import dev.lading.cli.api.PrintableText;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What one run of the command is given by the shell.
 *
 * @param home the user's folder
 * @param folder the working directory
 * @param terminal whether {@code err} is a terminal, on which a line can be written over
 */
public record Invocation(
        Map<String, String> environment,
        Path home,
        Path folder,
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean terminal) {
    /** The launcher knows; Java asks for standard input and output only. */
    private static final String TERMINAL = "lading.terminal";

    /** The run that this process is for. */
    public static Invocation current() {
        return new Invocation(
                System.getenv(),
                Path.of(System.getenv().getOrDefault("HOME", System.getProperty("user.home"))),
                Path.of(""),
                System.in,
                System.out,
                System.err,
                Boolean.getBoolean(TERMINAL));
    }

    /** An environment variable; one that is empty counts as not set. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    /** A sentence on standard error that nothing fails by. */
    void warn(String sentence) {
        err.println("lading: warning: " + PrintableText.of(sentence));
    }
}
