package dev.lading.work;

import java.util.List;

/**
 * Work that outlives the process that sent it. Each piece reaches a {@link Worker} at least once; one that the worker
 * throws on is delivered again a few times and then put aside, so that it does not hold up its group. The worker is told of
 * it.
 */
public interface WorkQueue {
    /** Deliveries of one piece of work before it is put aside. */
    int MAX_DELIVERIES = 3;

    /**
     * Takes work in, in the order of the list. It is durable when this returns.
     *
     * @return false: there is too much work waiting already; some of it may have been taken
     */
    boolean send(List<Work> work);

    default boolean send(Work work) {
        return send(List.of(work));
    }

    /**
     * Takes in what was taken in before and is not done: however much is waiting, for its place was granted then, and whoever
     * does the work has nobody to wait for.
     */
    default void sendAgain(List<Work> work) {
        if (!send(work)) {
            throw new IllegalStateException("a queue has no room for work that it had before");
        }
    }
}
