package dev.lading.console;

import java.util.List;
import java.util.function.Function;

/**
 * The first of things that others made, of which there may be any number.
 *
 * @param more how many are left out
 */
public record Some<T>(List<T> shown, long more) {
    public Some {
        shown = List.copyOf(shown);
    }

    public static <T> Some<T> of(List<T> all, int limit) {
        return all.size() <= limit ? new Some<>(all, 0) : new Some<>(all.subList(0, limit), all.size() - (long) limit);
    }

    public <R> Some<R> map(Function<T, R> each) {
        return new Some<>(shown.stream().map(each).toList(), more);
    }

    public boolean isEmpty() {
        return shown.isEmpty();
    }

    /** A text, or as much of it as a page has room for. */
    public static String text(String whole, int limit) {
        if (whole.length() <= limit) {
            return whole;
        }
        int end = Character.isHighSurrogate(whole.charAt(limit - 1)) ? limit - 1 : limit;
        return whole.substring(0, end) + "… and " + (whole.length() - end) + " more characters";
    }
}
