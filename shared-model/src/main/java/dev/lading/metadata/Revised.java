package dev.lading.metadata;

/** A record that counts its changes, so that a write can ask for nobody else having written in between. */
public interface Revised {
    long revision();
}
