package dev.lading.metadata;

/** The key of a record; neither part is empty. */
public record Key(String partition, String sort) {}
