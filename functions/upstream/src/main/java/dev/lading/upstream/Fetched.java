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

    /** Its media type, digest and size; the digest is verified but of schema 1. */
    public Descriptor descriptor() {
        return descriptor;
    }

    /** At most {@link Manifest#MAX_BYTES}, not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** What the bytes say; empty: it is of a type that Lading does not keep, or no manifest at all. */
    public Optional<Manifest> manifest() {
        return manifest;
    }

    /** What it is instead, as in "schema 1"; empty: a manifest that is kept, or none at all. */
    public Optional<String> notKept() {
        return notKept;
    }
}
