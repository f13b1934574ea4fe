package dev.lading.tasks;

import dev.lading.work.SqsWorkQueue;

/** What the functions of this package receive from, and send to. */
record Queues(SqsWorkQueue tasks, SqsWorkQueue copies) {}
