package dev.lading.console.home;

import java.time.Instant;
import java.util.List;

/**
 * What somebody should look at.
 *
 * @param failed tasks of the last day, newest first
 * @param syncs that failed or were not begun
 * @param limits of upstreams that are nearly used up
 * @param disk how much of it is free, if that is little; empty: it is not, or not known
 */
public record Attention(List<Failed> failed, List<Sync> syncs, List<Limit> limits, String disk) {
    static final Attention NOTHING = new Attention(List.of(), List.of(), List.of(), "");

    /** @param name of the task, in words */
    public record Failed(String id, String name, Instant at, String error) {}

    /** @param error why it failed; empty: it was not begun */
    public record Sync(String repository, String path, Instant due, String error) {}

    /** Requests of a window. */
    public record Limit(String remote, long remaining, long limit) {}

    public Attention {
        failed = List.copyOf(failed);
        syncs = List.copyOf(syncs);
        limits = List.copyOf(limits);
    }

    public boolean isNothing() {
        return failed.isEmpty() && syncs.isEmpty() && limits.isEmpty() && disk.isEmpty();
    }
}
