package dev.lading.upstream;

import dev.lading.testing.RawServer;
import dev.lading.upstream.transport.Dialer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;

/**
 * A fake of DNS and the network: names lead to addresses, and addresses to servers of this machine. No packet leaves
 * it: an address without a server refuses the connection.
 */
public final class PretendedInternet {
    private final Map<String, Deque<InetAddress[]>> names = new ConcurrentHashMap<>();
    private final Map<String, Integer> ports = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> dialed = new CopyOnWriteArrayList<>();

    /** @param addresses of the next answer; the last one given stays */
    public PretendedInternet name(String host, String... addresses) {
        names.computeIfAbsent(host, each -> new ArrayDeque<>())
                .add(Stream.of(addresses).map(InetAddress::ofLiteral).toArray(InetAddress[]::new));
        return this;
    }

    /** Places a server at an address, on every port. */
    public PretendedInternet at(String address, String serverUrl) {
        ports.put(literal(InetAddress.ofLiteral(address)), URI.create(serverUrl).getPort());
        return this;
    }

    public PretendedInternet at(String address, RawServer server) {
        return at(address, server.url());
    }

    /** Names in the order of their lookups. */
    public List<String> asked() {
        return asked;
    }

    /** Addresses in the order of connections begun. */
    public List<String> dialed() {
        return dialed;
    }

    public Dialer.Way way() {
        return new Dialer.Way(new Names(), proxy -> new Line());
    }

    private static String literal(InetAddress address) {
        return address.getHostAddress();
    }

    private final class Names implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            asked.add(host);
            Deque<InetAddress[]> answers = names.get(host);
            if (answers == null) {
                try {
                    return new InetAddress[] {InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", ""))};
                } catch (IllegalArgumentException e) {
                    throw new UnknownHostException(host);
                }
            }
            return answers.size() > 1 ? answers.remove() : answers.peek();
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    /** A socket that connects to the address's server on this machine, and reports the address itself. */
    private final class Line extends Socket {
        private InetSocketAddress pretended;

        @Override
        public void connect(SocketAddress endpoint, int timeout) throws IOException {
            pretended = (InetSocketAddress) endpoint;
            String address = literal(pretended.getAddress());
            dialed.add(address);
            Integer port = ports.get(address);
            if (port == null) {
                throw new ConnectException("nobody is there");
            }
            super.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), timeout);
        }

        @Override
        public SocketAddress getRemoteSocketAddress() {
            return pretended;
        }
    }
}
