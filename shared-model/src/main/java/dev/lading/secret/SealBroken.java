package dev.lading.secret;

/** A sealed secret that cannot be opened any more and must be entered again. */
public final class SealBroken extends RuntimeException {
    SealBroken(String owner) {
        super("what is kept for " + owner + " does not open under this registry's key");
    }
}
