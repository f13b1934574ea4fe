package dev.lading.upstream.transport;

import dev.lading.upstream.transport.UpstreamException.Refused;
import java.net.InetAddress;

/**
 * The addresses that a request may reach.
 *
 * @param narrowest of the allowed networks
 * @param why no narrower one is, in the words of a message
 */
public record Bounds(Network narrowest, String why) {
    /** Bounds for addresses that an answer names: no narrower network than that of the host that answered. */
    public Bounds after(Answer answer) {
        Network own = answer.network();
        return own.compareTo(narrowest) > 0
                ? new Bounds(
                        own,
                        answer.host() + ", which led there, has a " + own
                                + " address, and what it answers leads to no narrower network")
                : this;
    }

    boolean has(InetAddress address) {
        return Network.of(address).reaches(narrowest);
    }

    /** @throws Refused if a host is written as an address that must not be reached, even by a proxy */
    void requireWritten(String host) {
        Network.written(host).ifPresent(network -> require(network, host));
    }

    /** @throws Refused if a host resolves to an address that must not be reached */
    void require(InetAddress address, String host) {
        String literal = address.getHostAddress();
        require(Network.of(address), host.contains(literal) ? host : host + " (" + literal + ")");
    }

    private void require(Network network, String what) {
        if (!network.reaches(narrowest)) {
            throw new Refused(what + " is a " + network + " address and is not asked: " + why);
        }
    }
}
