package dev.lading.tasks;

import dev.lading.work.SqsWorkQueue;

/**
 * The queues that the functions of this package receive from and send to.
 *
 * @param demands the queue of copies, in the message groups of what clients wait for
 */
record Queues(Source tasks, Source copies, SqsWorkQueue demands) {
    /** @param deadLetters ARN of the queue's dead-letter queue, which the same function receives from */
    record Source(SqsWorkQueue queue, String deadLetters) {}
}
