package dev.lading.sync.copy;

import dev.lading.work.WorkQueue;

/** The queue of blobs to copy, apart from that of tasks: whoever does tasks may wait for room in it. */
public record CopyQueue(WorkQueue queue) {}
