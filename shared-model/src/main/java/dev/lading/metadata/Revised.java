package dev.lading.metadata;

/** A record with a revision that every change increases, for compare-and-set. */
public interface Revised {
    long revision();
}
