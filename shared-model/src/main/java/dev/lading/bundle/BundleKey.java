package dev.lading.bundle;

/** Signs bundles: by a key of this machine, or one that never leaves a service. */
public interface BundleKey {
    BundleSignature sign(byte[] text);
}
