package dev.lading.remote;

/** Seals secrets of one remote. */
@FunctionalInterface
public interface Sealing {
    /** @param field as Pulp's API spells it */
    SealedSecret seal(String field, String secret);
}
