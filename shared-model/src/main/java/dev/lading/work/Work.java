package dev.lading.work;

/**
 * A message for a worker.
 *
 * @param group work of one group is done one after another, in the order it was sent
 * @param body what the worker reads
 */
public record Work(String group, String body) {}
