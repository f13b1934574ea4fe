package dev.lading.connection;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** Whom connections are counted for: an IPv4 address, or the /64 network that one customer has in IPv6. */
record Source(String network) {
    private static final int NETWORK_BYTES = 8;

    static Source of(InetAddress address) {
        return address instanceof Inet4Address
                ? new Source(address.getHostAddress())
                : new Source(HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), NETWORK_BYTES)) + "::/64");
    }
}
