package dev.lading.server;

import dev.lading.embedded.StoredWorkQueue;

/** Queues of this server. */
record TaskQueues(StoredWorkQueue tasks, StoredWorkQueue copies) {}
