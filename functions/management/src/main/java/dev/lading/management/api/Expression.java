package dev.lading.management.api;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parameter {@code q}: filters joined by {@code NOT}, {@code AND} and {@code OR}, which bind in this order, and by
 * brackets. A value with other characters than letters, digits and {@code .,_-*} is quoted.
 */
final class Expression<T> {
    private static final String PARAMETER = "q";

    /** Limit on filters and operators in one expression. */
    private static final int MAX_PARTS = 8;

    private static final int MAX_DEPTH = 32;

    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(?:(?<key>[A-Za-z][A-Za-z0-9_]*)\\s*=\\s*(?:(?<word>[\\p{L}0-9.,_*-]+)|\"(?<double>[^\"]*)\"|'(?<single>[^']*)')"
                    + "|(?<joint>NOT|AND|OR)\\b|(?<bracket>[()]))");

    private final Map<String, Filter<T>> filters;
    private final Matcher tokens;
    private final String text;
    private boolean more;
    private int end;
    private int parts;

    private Expression(Map<String, Filter<T>> filters, String text) {
        this.filters = filters;
        this.text = text;
        this.tokens = TOKEN.matcher(text);
        advance();
    }

    /** @throws Problem if it is malformed, names an unknown filter, or has too many parts */
    static <T> Predicate<T> parse(Map<String, Filter<T>> filters, String text) {
        Expression<T> expression = new Expression<>(filters, text);
        Predicate<T> all = expression.or(0);
        if (expression.more || !text.substring(expression.end).isBlank()) {
            throw expression.wrong();
        }
        return all;
    }

    private void countPart() {
        parts++;
        if (parts > MAX_PARTS) {
            throw Problem.field(
                    PARAMETER, "the expression has more than " + MAX_PARTS + " filters, NOT, AND and OR together");
        }
    }

    private Predicate<T> or(int depth) {
        Predicate<T> any = and(depth);
        boolean joined = false;
        while (take("joint", "OR")) {
            any = any.or(and(depth));
            joined = true;
        }
        if (joined) {
            countPart();
        }
        return any;
    }

    private Predicate<T> and(int depth) {
        Predicate<T> all = not(depth);
        boolean joined = false;
        while (take("joint", "AND")) {
            all = all.and(not(depth));
            joined = true;
        }
        if (joined) {
            countPart();
        }
        return all;
    }

    private Predicate<T> not(int depth) {
        if (depth > MAX_DEPTH) {
            throw wrong();
        }
        if (take("joint", "NOT")) {
            countPart();
            return not(depth + 1).negate();
        }
        if (take("bracket", "(")) {
            Predicate<T> inner = or(depth + 1);
            if (!take("bracket", ")")) {
                throw wrong();
            }
            return inner;
        }
        return filter();
    }

    private Predicate<T> filter() {
        if (!more || tokens.group("key") == null) {
            throw wrong();
        }
        String key = tokens.group("key");
        Filter<T> filter = filters.get(key);
        if (filter == null) {
            throw Problem.field(PARAMETER, "there is no filter '" + key + "' to use in an expression");
        }
        String value = tokens.group("word");
        if (value == null) {
            value = tokens.group("double") == null ? tokens.group("single") : tokens.group("double");
        }
        countPart();
        advance();
        return filter.predicate(List.of(value));
    }

    private boolean take(String group, String token) {
        if (more && token.equals(tokens.group(group))) {
            advance();
            return true;
        }
        return false;
    }

    private void advance() {
        tokens.region(end, text.length());
        more = tokens.lookingAt();
        end = more ? tokens.end() : end;
    }

    private Problem wrong() {
        return Problem.field(
                PARAMETER, "this is no expression; an example: name=\"a\" OR (name__contains=b AND NOT name=abc)");
    }
}
