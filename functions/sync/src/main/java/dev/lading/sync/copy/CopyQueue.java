package dev.lading.sync.copy;

import dev.lading.work.WorkQueue;

/** The queue of blobs to copy, apart from the task queue, since tasks may wait for room in it. */
public record CopyQueue(WorkQueue queue) {}
