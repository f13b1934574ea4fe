package dev.lading.upstream.transport;

import java.util.Locale;

/**
 * Which addresses an administrator may name as {@code url} or {@code proxy_url} of a remote, an option of the registry.
 * Link-local addresses, and those at which clouds tell their secrets, are never asked.
 */
public enum Reach {
    /** Addresses that everybody can ask. */
    PUBLIC(Network.PUBLIC),
    /** Those of the operator's own networks, too. */
    PRIVATE(Network.PRIVATE),
    /** This host, too. */
    ANY(Network.LOOPBACK);

    private final Network narrowest;

    Reach(Network narrowest) {
        this.narrowest = narrowest;
    }

    /** As configuration spells it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @param field of the remote, which names the address */
    public Bounds bounds(String field) {
        return new Bounds(
                narrowest,
                this == ANY
                        ? "no remote may lead there"
                        : "the registry's option 'upstreams' is '" + this + "', and so the remote's " + field
                                + " may not lead there");
    }
}
