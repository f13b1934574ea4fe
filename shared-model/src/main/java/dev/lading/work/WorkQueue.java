package dev.lading.work;

/**
 * Work that outlives the process that sent it. Each piece reaches a {@link Worker} at least once; one that the worker
 * throws on is delivered again a few times and then put aside, so that it does not hold up its group.
 */
public interface WorkQueue {
    /** Deliveries of one piece of work before it is put aside. */
    int MAX_DELIVERIES = 3;

    /**
     * Takes work in. It is durable when this returns.
     *
     * @return false: there is too much work waiting already
     */
    boolean send(Work work);
}
