package dev.lading.cli.build;

import java.util.regex.Pattern;

/**
 * A pattern of an ignore file as a regular expression that takes what it names, and all below that. Source: Go's
 * path/filepath, "Match"; github.com/moby/patternmatcher for {@code **}.
 */
final class GlobPattern {
    private static final String BELOW = "(?:/.*)?";

    private final String glob;
    private int at;

    GlobPattern(String glob) {
        this.glob = glob;
    }

    /** @throws IllegalArgumentException if it is none */
    Pattern compile() {
        StringBuilder regex = new StringBuilder();
        while (at < glob.length()) {
            int point = next();
            regex.append(
                    switch (point) {
                        case '*' -> star();
                        case '?' -> "[^/]";
                        case '[' -> oneOf();
                        case '\\' -> literal(escaped());
                        default -> literal(point);
                    });
        }
        return Pattern.compile(regex + BELOW, Pattern.DOTALL);
    }

    private int next() {
        int point = glob.codePointAt(at);
        at += Character.charCount(point);
        return point;
    }

    private boolean takes(String text) {
        boolean here = glob.startsWith(text, at);
        at += here ? text.length() : 0;
        return here;
    }

    private String star() {
        if (!takes("*")) {
            return "[^/]*";
        }
        takes("/");
        return at == glob.length() ? ".*" : "(?:.*/)?";
    }

    private int escaped() {
        if (at == glob.length()) {
            throw new IllegalArgumentException("nothing is escaped");
        }
        return next();
    }

    private String oneOf() {
        StringBuilder regex = new StringBuilder(takes("^") ? "[^" : "[");
        do {
            regex.append(literal(member()));
            if (takes("-")) {
                regex.append('-').append(literal(member()));
            }
        } while (!takes("]"));
        return regex.append(']').toString();
    }

    private int member() {
        if (at == glob.length() || glob.charAt(at) == '-' || glob.charAt(at) == ']') {
            throw new IllegalArgumentException("a class without a character");
        }
        int point = next();
        return point == '\\' ? escaped() : point;
    }

    /** A character that means nothing to a regular expression, within a class or outside of one. */
    private static String literal(int point) {
        return "\\x{" + Integer.toHexString(point) + "}";
    }
}
