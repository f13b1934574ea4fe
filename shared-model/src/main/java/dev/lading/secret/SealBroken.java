package dev.lading.secret;

/** A secret that cannot be had any more; whoever knows it must say it again. */
public final class SealBroken extends RuntimeException {
    SealBroken(String owner) {
        super("what is kept for " + owner + " does not open under this registry's key");
    }
}
