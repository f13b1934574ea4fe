package dev.lading.upstream.transport;

import dev.lading.remote.RemoteConnection;
import dev.lading.remote.RemoteSecrets;
import dev.lading.upstream.transport.UpstreamException.Refused;
import dev.lading.upstream.transport.UpstreamException.Unreachable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.auth.BasicAuthCache;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.auth.BasicScheme;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Sends single requests over pooled connections with a remote's certificates, proxy and timeouts, within the
 * {@link Bounds} of each. Follows no redirect, retries nothing, and reads no environment variable or system property.
 *
 * <p>The timeouts are Pulp's, which are aiohttp's; absent or 0 means the default, since nothing waits for ever:
 * <ul>
 * <li>{@code connect_timeout}: to get a connection, 60 s
 * <li>{@code sock_connect_timeout}: to open a new connection, 30 s
 * <li>{@code sock_read_timeout}: between two pieces of an answer, 60 s
 * <li>{@code total_timeout}: for the whole answer, 5 min; if absent, for a blob only until its body begins, since the
 * body must then meet {@code MinimumProgress}
 * </ul>
 */
public final class Transport implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(60);
    private static final Duration SOCK_CONNECT = Duration.ofSeconds(30);
    private static final Duration SOCK_READ = Duration.ofSeconds(60);
    private static final Duration TOTAL = Duration.ofMinutes(5);

    /** Idle time after which a connection is checked before it is reused. */
    private static final Duration TRUSTED_IDLE = Duration.ofSeconds(2);

    private static final int MOST_HEAD_LINES = 500;
    private static final int MOST_HEAD_BYTES_A_LINE = 64 * 1024;

    private final CloseableHttpClient client;
    private final Optional<HttpHost> proxy;
    private final Optional<UsernamePasswordCredentials> proxyCredentials;
    private final Bounds proxyBounds;
    private final Optional<Duration> total;
    private final ScheduledThreadPoolExecutor timer;
    private volatile boolean closed;

    /**
     * @param reach of the proxy's address
     * @param connections at the same time
     */
    public Transport(
            RemoteConnection connection, RemoteSecrets secrets, Tls tls, Reach reach, Dialer.Way way, int connections) {
        this.proxyBounds = reach.bounds("proxy_url");
        this.total = seconds(connection.totalTimeout());
        this.proxy =
                connection.proxyUrl().map(url -> Origin.of(url.address().uri())).map(Transport::host);
        this.proxyCredentials = secrets.proxyUsername()
                .map(name -> new UsernamePasswordCredentials(
                        name, secrets.proxyPassword().orElse("").toCharArray()));
        this.client = client(connection, new Dialer(way, tls), connections);
        this.timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("upstream-timer").factory());
        timer.setRemoveOnCancelPolicy(true);
    }

    /**
     * Sends one request and returns when the head of its answer has arrived.
     *
     * @param headers in addition to {@code Host} and the like
     * @throws Refused if the address is out of bounds; behind a proxy, only if it is written as such an address
     * @throws Unreachable if this is closed
     * @throws IOException if there is no answer in time
     */
    public Answer send(String method, URI uri, Map<String, String> headers, Bounds bounds) throws IOException {
        Origin origin = Origin.of(uri);
        bounds.requireWritten(origin.host());
        if (closed) {
            throw new Unreachable("the run ended before " + uri.getRawAuthority() + " was asked");
        }
        var message = new HttpUriRequestBase(method, uri);
        headers.forEach(message::setHeader);
        var limit = new TimeLimit(timer, total.orElse(TOTAL), total.isEmpty(), message::cancel);
        try {
            HttpClientContext context = context(bounds);
            var response = limit.explain(() -> client.executeOpen(host(origin), message, context));
            return new Answer(uri, response, network(origin, context), limit, message::cancel);
        } catch (IOException | RuntimeException e) {
            limit.close();
            throw e;
        }
    }

    /**
     * Network of the host that answered. Behind a proxy it is unknown what a name resolves to, and
     * {@link Network#PUBLIC} is assumed.
     */
    private Network network(Origin origin, HttpClientContext context) {
        return proxy.isEmpty()
                ? BoundExecutor.network(context)
                : Network.written(origin.host()).orElse(Network.PUBLIC);
    }

    private static HttpHost host(Origin origin) {
        return new HttpHost(origin.scheme(), origin.host(), origin.port());
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        timer.shutdownNow();
        client.close(CloseMode.IMMEDIATE);
    }

    private CloseableHttpClient client(RemoteConnection connection, Dialer dialer, int connections) {
        Duration read = seconds(connection.sockReadTimeout()).orElse(SOCK_READ);
        Duration lease = seconds(connection.connectTimeout()).orElse(CONNECT);
        Duration connect = Stream.of(seconds(connection.sockConnectTimeout()).orElse(SOCK_CONNECT), lease)
                .min(Duration::compareTo)
                .orElseThrow();
        var pool = new Pool(dialer)
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(Http1Config.custom()
                                .setMaxLineLength(MOST_HEAD_BYTES_A_LINE)
                                .setMaxHeaderCount(MOST_HEAD_LINES)
                                .build())
                        .build())
                .setMaxConnTotal(connections)
                .setMaxConnPerRoute(connections)
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(connect))
                        .setSocketTimeout(Timeout.of(read))
                        .setValidateAfterInactivity(TimeValue.of(TRUSTED_IDLE))
                        .build())
                .build();
        HttpClientBuilder builder = HttpClients.custom()
                .setConnectionManager(pool)
                .setRequestExecutor(new BoundExecutor())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(Timeout.of(lease))
                        .setResponseTimeout(Timeout.of(read))
                        .setProtocolUpgradeEnabled(false)
                        .build())
                .setUserAgent("lading")
                // Bytes must arrive unchanged, or their digest differs.
                .disableContentCompression()
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                // Only cookies need the list of public suffixes, which takes long to load.
                .setDefaultCookieSpecRegistry(name -> null);
        proxy.ifPresent(builder::setProxy);
        return builder.build();
    }

    /**
     * The HTTP client's context for one request. The proxy gets its credentials unasked, which saves a request each
     * time.
     */
    private HttpClientContext context(Bounds bounds) {
        HttpClientContext context = HttpClientContext.create();
        Dialer.bind(context, proxy.isPresent() ? proxyBounds : bounds);
        proxyCredentials.ifPresent(credentials -> {
            var known = new BasicCredentialsProvider();
            known.setCredentials(new AuthScope(proxy.orElseThrow()), credentials);
            context.setCredentialsProvider(known);
            var scheme = new BasicScheme();
            scheme.initPreemptive(credentials);
            var cache = new BasicAuthCache();
            cache.put(proxy.orElseThrow(), scheme);
            context.setAuthCache(cache);
        });
        return context;
    }

    private static final class Pool extends PoolingHttpClientConnectionManagerBuilder {
        private final Dialer dialer;

        Pool(Dialer dialer) {
            this.dialer = dialer;
        }

        @Override
        protected HttpClientConnectionOperator createConnectionOperator(
                SchemePortResolver ports, DnsResolver names, TlsSocketStrategy tls) {
            return dialer;
        }
    }

    private static Optional<Duration> seconds(Optional<Double> field) {
        return field.filter(seconds -> seconds > 0)
                .map(seconds -> Duration.ofMillis(Math.max(1, (long) (seconds * 1000))));
    }
}
