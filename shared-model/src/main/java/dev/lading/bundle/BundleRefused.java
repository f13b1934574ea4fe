package dev.lading.bundle;

/** An archive that is no bundle, or not the one that left. The message names the entry. */
public final class BundleRefused extends RuntimeException {
    public BundleRefused(String message) {
        super(message);
    }
}
