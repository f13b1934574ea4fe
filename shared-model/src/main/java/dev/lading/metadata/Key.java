package dev.lading.metadata;

/** Where a record is: neither part is empty. */
public record Key(String partition, String sort) {}
