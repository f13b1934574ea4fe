package dev.lading.cli.api;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/** A failed command: a sentence for standard error, and the exit code of its kind. */
public final class CommandFailure extends RuntimeException {
    /** The server refused the request, or the task failed. */
    public static final int REFUSED = 1;

    /** An argument or a setting is invalid. */
    public static final int USAGE = 2;

    /** No server answered that accepts the credentials. */
    public static final int NO_SERVER = 3;

    private final int exitCode;

    private CommandFailure(int exitCode, String sentence) {
        super(sentence);
        this.exitCode = exitCode;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    public static CommandFailure refused(String sentence) {
        return new CommandFailure(REFUSED, sentence);
    }

    public static CommandFailure usage(String sentence) {
        return new CommandFailure(USAGE, sentence);
    }

    /** A file that cannot be used. The reason is in words: Java's own message is often the name again. */
    public static CommandFailure usage(String sentence, IOException why) {
        String reason = switch (why) {
            case AccessDeniedException e -> "its permissions do not let you";
            case NoSuchFileException e -> "it is not there";
            default -> String.valueOf(why.getMessage());
        };
        return usage(sentence + ": " + reason);
    }

    public static CommandFailure noServer(String sentence) {
        return new CommandFailure(NO_SERVER, sentence);
    }

    public int exitCode() {
        return exitCode;
    }
}
