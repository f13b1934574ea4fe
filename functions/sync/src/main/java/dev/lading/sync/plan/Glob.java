package dev.lading.sync.plan;

import dev.lading.oci.Tag;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A pattern in which {@code *} stands for any characters, {@code ?} for any one, {@code [a-c]} for one of those, and
 * {@code [!a-c]} for one that is none of those. A bracket that is not closed stands for itself, as in Python's fnmatch, which Pulp
 * uses. It is tried in at most as many steps as both lengths multiplied, whatever it looks like: a later {@code *} is found without
 * going back behind it.
 */
record Glob(String pattern, List<Step> steps) {
    Glob(String pattern) {
        this(pattern, parse(pattern));
    }

    /** What one or more characters must be. */
    private sealed interface Step {
        /** Any number of any. */
        record Star() implements Step {}

        record One(char wanted) implements Step {}

        record Any() implements Step {}

        /** Of characters up to U+007F, which are all that tags have, those given. */
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

    /** Of a bracket, the one that closes it, which is not the first in it; -1: none does. */
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
                // From later to earlier there is nothing.
                some.set(from, Math.max(from, to + 1));
                i += 2;
            } else {
                some.set(from);
            }
        }
        return new Step.Of(some, others);
    }

    /** Whether there is no more to it than the name itself. */
    boolean isName() {
        return steps.stream().allMatch(Step.One.class::isInstance);
    }

    /** Whether there can be a tag that it matches. */
    boolean canMatch() {
        List<Step> single =
                steps.stream().filter(step -> !(step instanceof Step.Star)).toList();
        return !steps.isEmpty()
                && single.size() <= Tag.MAX_LENGTH
                && single.stream().allMatch(step -> takesSome(step, "a"))
                && takesSome(steps.getFirst(), "");
    }

    /** @param before in a tag */
    private static boolean takesSome(Step step, String before) {
        return IntStream.range(0, 0x80)
                .filter(c -> Tag.isValid(before + (char) c))
                .anyMatch(c -> step.takes((char) c));
    }

    boolean matches(String text) {
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
