package dev.lading.sync.demand;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Bounds what is under way at once: in all, and for each of those that it is for, so that nobody who makes it last takes
 * all places. Thread-safe.
 */
final class Places {
    private final int all;
    private final int each;

    /** Guarded by this. */
    private final Map<Object, Integer> taken = new HashMap<>();

    private int count;

    Places(int all, int each) {
        this.all = all;
        this.each = each;
    }

    /** Whether there was a place; it is to be given back then. */
    synchronized boolean take(Object... holders) {
        boolean isFull = count >= all || Stream.of(holders).anyMatch(holder -> taken.getOrDefault(holder, 0) >= each);
        if (isFull) {
            return false;
        }
        count++;
        Stream.of(holders).forEach(holder -> taken.merge(holder, 1, Integer::sum));
        return true;
    }

    synchronized void giveBack(Object... holders) {
        count--;
        Stream.of(holders).forEach(holder -> taken.computeIfPresent(holder, (key, one) -> one == 1 ? null : one - 1));
    }
}
