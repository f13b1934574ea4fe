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
 * Names that lead to addresses, and addresses at which servers of this machine answer. Whatever is connected to, no packet leaves
 * this machine: an address at which nobody is said to answer refuses the connection without one.
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

    /** On every port. */
    public PretendedInternet at(String address, String serverUrl) {
        ports.put(literal(InetAddress.ofLiteral(address)), URI.create(serverUrl).getPort());
        return this;
    }

    public PretendedInternet at(String address, RawServer server) {
        return at(address, server.url());
    }

    /** Names, each time they were asked for. */
    public List<String> asked() {
        return asked;
    }

    /** Addresses, each time a connection to them was begun. */
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

    /** A socket that is connected to where the address's server really is, and says it was to the address. */
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
