package dev.lading.cli.build;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The lines of an ignore file: the last one that fits a path, or a folder above it, decides. Source:
 * docs.docker.com/build/concepts/context, ".dockerignore files"; github.com/moby/patternmatcher.
 */
record IgnorePatterns(List<Line> lines) {
    static final IgnorePatterns NONE = new IgnorePatterns(List.of());

    IgnorePatterns {
        lines = List.copyOf(lines);
    }

    /** A line that is no pattern, and why. */
    static final class Unreadable extends Exception {
        Unreadable(String sentence) {
            super(sentence);
        }
    }

    /**
     * A pattern.
     *
     * @param exception whether it brings back what lines before it left out
     * @param literal the folders that it names without a wildcard
     */
    record Line(boolean exception, Pattern pattern, String literal) {
        private boolean fits(String path) {
            return pattern.matcher(path).matches();
        }

        private boolean mayFitBelow(String folder) {
            return literal.isEmpty()
                    || (literal + "/").startsWith(folder + "/")
                    || (folder + "/").startsWith(literal + "/");
        }
    }

    static IgnorePatterns parse(String text) throws Unreadable {
        List<Line> lines = new ArrayList<>();
        String[] texts = text.replaceFirst("^\uFEFF", "").split("\n", -1);
        for (int number = 1; number <= texts.length; number++) {
            String line = texts[number - 1];
            if (!line.startsWith("#") && !line.isBlank()) {
                lines.add(line(number, line.strip()));
            }
        }
        return new IgnorePatterns(lines);
    }

    private static Line line(int number, String text) throws Unreadable {
        boolean exception = text.startsWith("!");
        String pattern = exception ? text.substring(1).strip() : text;
        if (pattern.isEmpty()) {
            throw new Unreadable("line " + number + " brings nothing back: !");
        }
        String cleaned = clean(pattern);
        try {
            return new Line(exception, new GlobPattern(cleaned).compile(), literal(cleaned));
        } catch (IllegalArgumentException e) {
            throw new Unreadable("line " + number + " is no pattern: " + text);
        }
    }

    /** Without a slash in front or at the end, and without steps that lead nowhere. */
    private static String clean(String pattern) {
        Deque<String> kept = new ArrayDeque<>();
        for (String name : pattern.split("/", -1)) {
            if (name.equals("..") && !kept.isEmpty() && !kept.getLast().equals("..")) {
                kept.removeLast();
            } else if (!name.isEmpty() && !name.equals(".") && !(name.equals("..") && pattern.startsWith("/"))) {
                kept.addLast(name);
            }
        }
        return String.join("/", kept);
    }

    private static String literal(String pattern) {
        List<String> names = new ArrayList<>();
        for (String name : pattern.split("/", -1)) {
            if (name.matches(".*[*?\\[\\\\].*")) {
                break;
            }
            names.add(name);
        }
        return String.join("/", names);
    }

    boolean leavesOut(String path) {
        boolean out = false;
        for (Line line : lines) {
            if (line.exception() == out && line.fits(path)) {
                out = !line.exception();
            }
        }
        return out;
    }

    /** Whether something below a folder that is left out may be brought back. */
    boolean mayBringBackBelow(String folder) {
        return lines.stream().anyMatch(line -> line.exception() && line.mayFitBelow(folder));
    }
}
