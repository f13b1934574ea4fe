package dev.lading.work;

/** Does work that a queue delivers. */
@FunctionalInterface
public interface Worker {
    /**
     * Does one message's work. Delivery is at least once: a process may die before it records that the work is done.
     */
    void work(Work work);

    /**
     * Handles a message whose last delivery failed, so that others learn that it will not be done. Called at least
     * once, too.
     */
    default void deadLetter(Work work) {}
}
