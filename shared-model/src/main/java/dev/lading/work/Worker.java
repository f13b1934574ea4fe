package dev.lading.work;

/** Does work that a queue delivers. */
@FunctionalInterface
public interface Worker {
    /** May be called again for work that was done: whoever delivers it may die before noting that. */
    void work(Work work);
}
