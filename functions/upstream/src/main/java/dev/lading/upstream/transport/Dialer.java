package dev.lading.upstream.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.io.DetachedSocketFactory;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.net.NamedEndpoint;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Opens connections within the {@link Bounds} of the request that needs them. A name is resolved once, and the resolved
 * address is both checked and connected to, so DNS rebinding cannot come in between.
 */
public final class Dialer implements HttpClientConnectionOperator {
    private static final String BOUNDS = Bounds.class.getName();

    private final Way way;
    private final TlsSocketStrategy tls;

    Dialer(Way way, TlsSocketStrategy tls) {
        this.way = way;
        this.tls = tls;
    }

    /** The resolver of names and the factory of sockets to use. */
    public record Way(DnsResolver names, DetachedSocketFactory sockets) {
        /** The machine's own resolver and sockets, whatever system properties say of a SOCKS proxy. */
        public static final Way OWN = new Way(SystemDefaultDnsResolver.INSTANCE, proxy -> new Socket(Proxy.NO_PROXY));
    }

    static void bind(HttpContext context, Bounds bounds) {
        context.setAttribute(BOUNDS, bounds);
    }

    static Bounds bounds(HttpContext context) {
        return (Bounds) context.getAttribute(BOUNDS);
    }

    private HttpClientConnectionOperator within(Bounds bounds) {
        return new DefaultHttpClientConnectionOperator(
                way.sockets(),
                DefaultSchemePortResolver.INSTANCE,
                new BoundResolver(way.names(), bounds),
                scheme -> "https".equals(scheme) ? tls : null);
    }

    /** A resolver that returns only addresses within bounds. */
    private record BoundResolver(DnsResolver names, Bounds bounds) implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            bounds.requireWritten(host);
            InetAddress[] all = names.resolve(host);
            InetAddress[] within = Stream.of(all).filter(bounds::has).toArray(InetAddress[]::new);
            if (within.length == 0 && all.length > 0) {
                bounds.require(all[0], host);
            }
            return within;
        }

        @Override
        public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
            return Stream.of(resolve(host))
                    .map(address -> new InetSocketAddress(address, port))
                    .toList();
        }

        @Override
        public String resolveCanonicalHostname(String host) throws UnknownHostException {
            return names.resolveCanonicalHostname(host);
        }
    }

    @Override
    public void connect(
            ManagedHttpClientConnection connection,
            HttpHost host,
            NamedEndpoint endpoint,
            Path unixSocket,
            InetSocketAddress local,
            Timeout timeout,
            SocketConfig config,
            Object attachment,
            HttpContext context)
            throws IOException {
        within(bounds(context)).connect(connection, host, endpoint, local, timeout, config, attachment, context);
    }

    @Override
    public void connect(
            ManagedHttpClientConnection connection,
            HttpHost host,
            InetSocketAddress local,
            TimeValue timeout,
            SocketConfig config,
            HttpContext context)
            throws IOException {
        within(bounds(context)).connect(connection, host, local, timeout, config, context);
    }

    @Override
    public void upgrade(ManagedHttpClientConnection connection, HttpHost host, HttpContext context) throws IOException {
        within(bounds(context)).upgrade(connection, host, context);
    }

    @Override
    public void upgrade(
            ManagedHttpClientConnection connection,
            HttpHost host,
            NamedEndpoint endpoint,
            Object attachment,
            HttpContext context)
            throws IOException {
        within(bounds(context)).upgrade(connection, host, endpoint, attachment, context);
    }
}
