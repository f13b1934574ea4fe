package dev.lading.work;

import java.util.List;

/**
 * A durable queue with at-least-once delivery to a {@link Worker}. Work that the worker throws on is delivered again a
 * few times and then becomes a dead letter, so that it does not hold up its group; the worker is told.
 */
public interface WorkQueue {
    /** Deliveries by a server before a message becomes a dead letter; on AWS the queue itself is told how many. */
    int MAX_DELIVERIES = 3;

    /**
     * Sends messages, in the order of the list. They are durable when this returns.
     *
     * @return false: too many are waiting already; some of these may have been sent
     */
    boolean send(List<Work> work);

    default boolean send(Work work) {
        return send(List.of(work));
    }

    /**
     * Sends messages again that were accepted before and are not done. There is no limit on these: their place was
     * granted then, and a worker that sends them must not wait.
     */
    default void sendAgain(List<Work> work) {
        if (!send(work)) {
            throw new IllegalStateException("a queue has no room for work that it had before");
        }
    }
}
