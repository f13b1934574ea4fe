package dev.lading.sync.plan;

import dev.lading.oci.RegistryException.UpstreamFailed;
import dev.lading.sync.run.LeftOut;

/** Collects what is left out, none of which an image needs; with a strict remote it is an error instead. */
final class Omissions {
    private final boolean strict;
    private final String upstream;
    private LeftOut all;

    /** @param before collected earlier by another process */
    Omissions(boolean strict, String upstream, LeftOut before) {
        this.strict = strict;
        this.upstream = upstream;
        this.all = before;
    }

    /** @throws UpstreamFailed if the remote is strict */
    void add(String what, String why) {
        if (strict) {
            throw new UpstreamFailed(what + " of " + upstream + " cannot be taken, and the remote is strict: " + why);
        }
        all = all.with(what + ": " + why);
    }

    LeftOut all() {
        return all;
    }
}
