package dev.lading.cli.shell;

import dev.lading.cli.api.CommandFailure;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An argument for a version of a repository: {@code name@number}, or only one of them.
 *
 * @param repository empty: the one that the command is about
 * @param number empty: the newest
 */
public record VersionName(Optional<String> repository, Optional<Long> number) {
    private static final Pattern NAMED = Pattern.compile("(.+)@([0-9]{1,10})");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

    /** Parses a repository, or a version of it. */
    public static VersionName ofRepository(String text) {
        Matcher named = NAMED.matcher(text);
        return named.matches()
                ? new VersionName(Optional.of(named.group(1)), Optional.of(Long.valueOf(named.group(2))))
                : new VersionName(Optional.of(text), Optional.empty());
    }

    /** Parses a number, or a version of a named repository. */
    public static VersionName ofVersion(String text) {
        VersionName version = NUMBER.matcher(text).matches()
                ? new VersionName(Optional.empty(), Optional.of(Long.valueOf(text)))
                : ofRepository(text);
        if (version.number().isEmpty()) {
            throw CommandFailure.usage(
                    "'" + text + "' is no version: give a number, or another repository's as name@number");
        }
        return version;
    }

    /** The version as it is typed. */
    @Override
    public String toString() {
        return repository.orElse("")
                + number.map(n -> (repository.isPresent() ? "@" : "") + n).orElse("");
    }
}
