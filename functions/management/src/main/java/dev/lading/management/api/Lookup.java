package dev.lading.management.api;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** A filter's comparison: the part of a parameter's name after {@code __}. */
public enum Lookup {
    EXACT(""),
    NE("__ne"),
    IN("__in"),
    CONTAINS("__contains"),
    ICONTAINS("__icontains"),
    IEXACT("__iexact"),
    STARTSWITH("__startswith"),
    ISTARTSWITH("__istartswith"),
    REGEX("__regex"),
    IREGEX("__iregex"),
    LT("__lt"),
    LTE("__lte"),
    GT("__gt"),
    GTE("__gte"),
    RANGE("__range"),
    ISNULL("__isnull");

    /** Comparisons of names in Pulp's contract. */
    public static final List<Lookup> NAMES =
            List.of(EXACT, IEXACT, IN, CONTAINS, ICONTAINS, STARTSWITH, ISTARTSWITH, REGEX, IREGEX);

    public static final List<Lookup> TIMES = List.of(EXACT, LT, LTE, GT, GTE, RANGE, ISNULL);
    public static final List<Lookup> NUMBERS = List.of(EXACT, LT, LTE, GT, GTE, RANGE);
    public static final List<Lookup> OPTIONAL_NUMBERS = List.of(EXACT, NE, LT, LTE, GT, GTE, RANGE, ISNULL);

    /** Length limit of a regular expression. */
    private static final int MAX_REGEX = 200;

    /** Limit on the characters that one regular expression reads in all texts of a list; some seconds. */
    private static final int MAX_LOOKS_IN_ALL = 100_000_000;

    private final String suffix;

    Lookup(String suffix) {
        this.suffix = suffix;
    }

    String suffix() {
        return suffix;
    }

    boolean takesList() {
        return this == IN || this == RANGE;
    }

    /**
     * A predicate on values. A null value passes only {@link #ISNULL} and {@link #NE}.
     *
     * @param parameter for messages
     * @param given the filter's values, of the property's own type: a String, Long, Boolean or Instant
     */
    Predicate<@Nullable Object> test(String parameter, List<?> given) {
        Object first = given.getFirst();
        return switch (this) {
            case EXACT -> value -> first.equals(value);
            case NE -> value -> !first.equals(value);
            case IN -> given::contains;
            case ISNULL -> value -> first.equals(value == null);
            case CONTAINS -> text(value -> value.contains(first.toString()));
            case ICONTAINS -> text(value -> lower(value).contains(lower(first)));
            case IEXACT -> text(value -> lower(value).equals(lower(first)));
            case STARTSWITH -> text(value -> value.startsWith(first.toString()));
            case ISTARTSWITH -> text(value -> lower(value).startsWith(lower(first)));
            case REGEX -> regex(parameter, first.toString(), 0);
            case IREGEX -> regex(parameter, first.toString(), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
            case LT -> value -> value != null && compare(value, first) < 0;
            case LTE -> value -> value != null && compare(value, first) <= 0;
            case GT -> value -> value != null && compare(value, first) > 0;
            case GTE -> value -> value != null && compare(value, first) >= 0;
            case RANGE -> range(parameter, given);
        };
    }

    private static Predicate<@Nullable Object> text(Predicate<String> test) {
        return value -> value != null && test.test(value.toString());
    }

    private static String lower(Object text) {
        return text.toString().toLowerCase(Locale.ROOT);
    }

    private static Predicate<@Nullable Object> regex(String parameter, String regex, int flags) {
        if (regex.length() > MAX_REGEX) {
            throw Problem.field(parameter, "a regular expression may have at most " + MAX_REGEX + " characters");
        }
        try {
            Pattern pattern = Pattern.compile(regex, flags);
            var left = new AtomicInteger(MAX_LOOKS_IN_ALL);
            return text(value -> finds(pattern, new Deadline(value, left)));
        } catch (PatternSyntaxException e) {
            throw Problem.field(parameter, "this is not a regular expression: " + e.getDescription());
        }
    }

    private static boolean finds(Pattern pattern, Deadline text) {
        try {
            return pattern.matcher(text).find();
        } catch (StackOverflowError e) {
            // A repeated group is one call for each repetition.
            throw tooLong();
        }
    }

    private static Problem tooLong() {
        return Problem.detail(400, "this regular expression takes too long; use a simpler one");
    }

    private static Predicate<@Nullable Object> range(String parameter, Collection<?> given) {
        if (given.size() != 2) {
            throw Problem.field(parameter, "a range has two values with a comma between them");
        }
        var bounds = given.iterator();
        Object low = bounds.next();
        Object high = bounds.next();
        return value -> value != null && compare(value, low) >= 0 && compare(value, high) <= 0;
    }

    /** Compares two values of one type. */
    static int compare(Object one, Object other) {
        return switch (one) {
            case Long number -> number.compareTo((Long) other);
            case Instant time -> time.compareTo((Instant) other);
            case Boolean bool -> bool.compareTo((Boolean) other);
            default -> one.toString().compareTo(other.toString());
        };
    }

    /** A text that a regular expression can read only a bounded number of times, since some take exponential time. */
    private static final class Deadline implements CharSequence {
        private static final int MAX_LOOKS = 100_000;

        private final CharSequence text;
        private final AtomicInteger left;
        private int looks;

        /** @param left characters that may be read, in all texts together */
        Deadline(CharSequence text, AtomicInteger left) {
            this.text = text;
            this.left = left;
        }

        @Override
        public char charAt(int index) {
            looks++;
            if (looks > MAX_LOOKS || left.decrementAndGet() < 0) {
                throw tooLong();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
