package dev.lading.upstream;

import dev.lading.oci.Descriptor;
import dev.lading.oci.Manifest;
import java.util.Optional;

/** A manifest as the upstream sent it. */
public final class Fetched {
    private final Descriptor descriptor;
    private final byte[] bytes;
    private final Optional<Manifest> manifest;

    Fetched(Descriptor descriptor, byte[] bytes, Optional<Manifest> manifest) {
        this.descriptor = descriptor;
        this.bytes = bytes;
        this.manifest = manifest;
    }

    /** Its media type, verified digest and size. */
    public Descriptor descriptor() {
        return descriptor;
    }

    /** At most {@link Manifest#MAX_BYTES}, not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** What the bytes say; empty: a media type that Lading does not keep, such as docker's schema 1. */
    public Optional<Manifest> manifest() {
        return manifest;
    }
}
