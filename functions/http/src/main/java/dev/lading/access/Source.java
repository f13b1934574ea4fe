package dev.lading.access;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The network that a request comes from, as far as clients can be told apart: an IPv4 address, or the first 64 bits of
 * an IPv6 one, since the other 64 are the client's to choose.
 *
 * @param network as it is logged
 */
public record Source(String network) {
    /** The source of all clients whose address cannot be told. */
    static final Source UNKNOWN = new Source("an unknown address");

    private static final int PREFIX_BYTES = 8;

    /** The peer, or the client that a trusted proxy names. */
    public static Source of(HttpServerRequest request) {
        SocketAddress peer = request.remoteAddress();
        return peer == null ? UNKNOWN : of(peer.hostAddress() == null ? peer.host() : peer.hostAddress());
    }

    /** @param address as text; a name is not looked up */
    public static Source of(@Nullable String address) {
        if (address == null) {
            return UNKNOWN;
        }
        int zone = address.indexOf('%');
        try {
            InetAddress parsed = InetAddress.ofLiteral(zone < 0 ? address : address.substring(0, zone));
            return parsed instanceof Inet4Address
                    ? new Source(parsed.getHostAddress() + "/32")
                    : new Source(prefix(parsed) + "::/64");
        } catch (IllegalArgumentException noAddress) {
            return UNKNOWN;
        }
    }

    private static String prefix(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress(), 0, PREFIX_BYTES);
        StringBuilder text = new StringBuilder();
        while (bytes.hasRemaining()) {
            text.append(text.isEmpty() ? "" : ":").append(HexFormat.of().toHexDigits(bytes.getShort()));
        }
        return text.toString();
    }
}
