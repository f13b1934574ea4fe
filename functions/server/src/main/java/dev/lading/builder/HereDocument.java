package dev.lading.builder;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds here-documents in a Containerfile: a word that begins with {@code <<}, and below it a line that is its name. A
 * shell's {@code $((1<<n))} and {@code <<<text} are none. Source: docs.docker.com/reference/dockerfile,
 * "Here-Documents".
 */
final class HereDocument {
    private static final Pattern BEGINNING = Pattern.compile("(?<=\\s)\\d*<<-?([\"']?)([^<\\s\"']+)\\1(?=\\s|$)");
    private static final int LONGEST_SHOWN = 200;

    private HereDocument() {}

    /** The line that begins the first one. */
    static Optional<String> first(String containerfile) {
        Optional<String> first = Optional.empty();
        Set<String> below = new HashSet<>();
        List<String> lines = containerfile.lines().toList();
        for (String line : lines.reversed()) {
            Matcher beginning = BEGINNING.matcher(line.strip().startsWith("#") ? "" : line);
            while (beginning.find()) {
                if (below.contains(beginning.group(2))) {
                    String text = line.strip();
                    first = Optional.of(text.substring(0, Math.min(LONGEST_SHOWN, text.length())));
                    break;
                }
            }
            below.add(line.replaceFirst("^\t+", ""));
        }
        return first;
    }
}
