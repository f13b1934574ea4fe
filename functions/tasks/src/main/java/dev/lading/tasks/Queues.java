package dev.lading.tasks;

import dev.lading.work.SqsWorkQueue;

/** The queues that the functions of this package receive from and send to. */
record Queues(SqsWorkQueue tasks, SqsWorkQueue copies) {}
