package dev.lading.upstream.transport;

import java.util.Locale;

/**
 * Option of the registry: addresses that an administrator may name as {@code url} or {@code proxy_url} of a remote.
 * Link-local addresses and clouds' metadata services are never requested.
 */
public enum Reach {
    /** Public addresses. */
    PUBLIC(Network.PUBLIC),
    /** Addresses of private networks, too. */
    PRIVATE(Network.PRIVATE),
    /** Addresses of this host, too. */
    ANY(Network.LOOPBACK);

    private final Network narrowest;

    Reach(Network narrowest) {
        this.narrowest = narrowest;
    }

    /** The spelling in configuration. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @param field of the remote that holds the address */
    public Bounds bounds(String field) {
        return new Bounds(
                narrowest,
                this == ANY
                        ? "no remote may lead there"
                        : "the registry's option 'upstreams' is '" + this + "', and so the remote's " + field
                                + " may not lead there");
    }
}
