package dev.lading.sync.plan;

import dev.lading.oci.Tag;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A pattern of tags or names as of Python's fnmatch, which Pulp uses: {@code *} matches any characters, {@code ?} any one,
 * {@code [a-c]} one of those, and {@code [!a-c]} one that is none of those; an unclosed bracket is literal. Matching
 * takes at most as many steps as the product of both lengths: a later {@code *} is matched without backtracking behind
 * it.
 */
public record Glob(String pattern, List<Glob.Step> steps) {
    public Glob(String pattern) {
        this(pattern, parse(pattern));
    }

    /** An element of the pattern. */
    sealed interface Step {
        /** Any number of any characters. */
        record Star() implements Step {}

        record One(char wanted) implements Step {}

        record Any() implements Step {}

        /** One character of a set up to U+007F, the range of tags. */
        record Of(BitSet some, boolean others) implements Step {}

        default boolean takes(char c) {
            return switch (this) {
                case Star() -> true;
                case One(char wanted) -> wanted == c;
                case Any() -> true;
                case Of(BitSet some, boolean others) -> some.get(c) != others;
            };
        }
    }

    private static List<Step> parse(String pattern) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            int end = c == '[' ? end(pattern, i) : -1;
            if (end > 0) {
                steps.add(of(pattern.substring(i + 1, end)));
                i = end;
            } else {
                steps.add(
                        switch (c) {
                            case '*' -> new Step.Star();
                            case '?' -> new Step.Any();
                            default -> new Step.One(c);
                        });
            }
        }
        return List.copyOf(steps);
    }

    /** Index of a bracket's closing one, which is not the first character in it; -1: unclosed. */
    private static int end(String pattern, int opening) {
        int first = opening + 1 + (pattern.startsWith("!", opening + 1) ? 1 : 0);
        return pattern.indexOf(']', first + 1);
    }

    private static Step of(String inside) {
        boolean others = inside.startsWith("!");
        String list = others ? inside.substring(1) : inside;
        var some = new BitSet();
        for (int i = 0; i < list.length(); i++) {
            char from = list.charAt(i);
            if (i + 2 < list.length() && list.charAt(i + 1) == '-') {
                char to = list.charAt(i + 2);
                // A reversed range is empty.
                some.set(from, Math.max(from, to + 1));
                i += 2;
            } else {
                some.set(from);
            }
        }
        return new Step.Of(some, others);
    }

    /** Whether the pattern is a literal name. */
    boolean isName() {
        return steps.stream().allMatch(Step.One.class::isInstance);
    }

    /** Whether any valid tag can match it. */
    boolean canMatch() {
        List<Step> single =
                steps.stream().filter(step -> !(step instanceof Step.Star)).toList();
        return !steps.isEmpty()
                && single.size() <= Tag.MAX_LENGTH
                && single.stream().allMatch(step -> takesSome(step, "a"))
                && takesSome(steps.getFirst(), "");
    }

    /** @param before characters that come earlier in a tag */
    private static boolean takesSome(Step step, String before) {
        return IntStream.range(0, 0x80)
                .filter(c -> Tag.isValid(before + (char) c))
                .anyMatch(c -> step.takes((char) c));
    }

    public boolean matches(String text) {
        int at = 0;
        int star = -1;
        int afterStar = 0;
        int i = 0;
        while (i < text.length()) {
            if (at < steps.size() && steps.get(at) instanceof Step.Star) {
                star = at++;
                afterStar = i;
            } else if (at < steps.size() && steps.get(at).takes(text.charAt(i))) {
                at++;
                i++;
            } else if (star >= 0) {
                // The last star takes one more.
                at = star + 1;
                i = ++afterStar;
            } else {
                return false;
            }
        }
        while (at < steps.size() && steps.get(at) instanceof Step.Star) {
            at++;
        }
        return at == steps.size();
    }
}
