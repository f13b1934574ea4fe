package dev.lading.cli.api;

/** An end of a command other than success: a sentence for standard error, and the exit code that says which kind. */
public final class CommandFailure extends RuntimeException {
    /** The server refused what was asked, or the task failed. */
    public static final int REFUSED = 1;

    /** What was typed, or a setting, means nothing. */
    public static final int USAGE = 2;

    /** No answer of a server that accepts the credentials. */
    public static final int NO_SERVER = 3;

    private final int exitCode;

    private CommandFailure(int exitCode, String sentence) {
        super(sentence);
        this.exitCode = exitCode;
    }

    public static CommandFailure refused(String sentence) {
        return new CommandFailure(REFUSED, sentence);
    }

    public static CommandFailure usage(String sentence) {
        return new CommandFailure(USAGE, sentence);
    }

    public static CommandFailure noServer(String sentence) {
        return new CommandFailure(NO_SERVER, sentence);
    }

    public int exitCode() {
        return exitCode;
    }
}
