package dev.lading.cli.shell;

import dev.lading.cli.api.PrintableText;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A run's environment, as the shell provides it.
 *
 * @param home the user's folder
 * @param folder the working directory
 * @param terminal whether {@code err} is a terminal, on which a line can be overwritten
 */
public record Invocation(
        Map<String, String> environment,
        Path home,
        Path folder,
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean terminal) {
    /** System property set by the launcher; Java can tell only for standard input and output. */
    private static final String TERMINAL = "lading.terminal";

    /** The run of this process. */
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

    /** An environment variable; an empty one counts as not set. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    /** Prints a warning to standard error. */
    public void warn(String sentence) {
        err.println("lading: warning: " + PrintableText.of(sentence));
    }
}
