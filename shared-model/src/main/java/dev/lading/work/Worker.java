package dev.lading.work;

/** Does work that a queue delivers. */
@FunctionalInterface
public interface Worker {
    /** May be called again for work that was done: whoever delivers it may die before noting that. */
    void work(Work work);

    /**
     * Told of work that failed as often as it is delivered, so that whoever waits for it learns that it will not be done. May
     * be called again, too.
     */
    default void deadLetter(Work work) {}
}
