package dev.lading.tasks;

import dev.lading.work.SqsWorkQueue;

/** The queues that the functions of this package receive from and send to. */
record Queues(Source tasks, Source copies) {
    /** @param deadLetters ARN of the queue's dead-letter queue, which the same function receives from */
    record Source(SqsWorkQueue queue, String deadLetters) {}
}
