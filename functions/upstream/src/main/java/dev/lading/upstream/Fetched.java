package dev.lading.upstream;

import dev.lading.oci.Descriptor;
import dev.lading.oci.Manifest;
import java.util.Optional;

/** A manifest as the upstream sent it. */
public final class Fetched {
    private final Descriptor descriptor;
    private final byte[] bytes;
    private final Optional<Manifest> manifest;
    private final Optional<String> notKept;

    Fetched(Descriptor descriptor, byte[] bytes, Optional<Manifest> manifest, Optional<String> notKept) {
        this.descriptor = descriptor;
        this.bytes = bytes;
        this.manifest = manifest;
        this.notKept = notKept;
    }

    /** Media type, digest and size; the digest is verified, except for schema 1. */
    public Descriptor descriptor() {
        return descriptor;
    }

    /** The manifest's bytes, at most {@link Manifest#MAX_BYTES}; callers must not change them. */
    public byte[] bytes() {
        return bytes;
    }

    /** The parsed manifest; empty: its type is one Lading does not keep, or the bytes are no manifest. */
    public Optional<Manifest> manifest() {
        return manifest;
    }

    /**
     * What the document is instead of a kept manifest, as in "schema 1"; empty: a kept manifest, or no manifest at all.
     */
    public Optional<String> notKept() {
        return notKept;
    }
}
