package dev.lading.server.warmup;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.client5.http.ssl.TrustAllStrategy;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** A client of this process's own server, by the library that talks to upstreams. */
final class OwnServer implements AutoCloseable {
    private static final Timeout PATIENCE = Timeout.ofSeconds(5);
    private static final int MOST_BYTES = 1024 * 1024;

    private final URI address;
    private final CloseableHttpClient http;

    OwnServer(URI address) throws GeneralSecurityException {
        this.address = address;
        var connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(PATIENCE)
                        .setSocketTimeout(PATIENCE)
                        .build());
        if ("https".equals(address.getScheme())) {
            // Its certificate is for the names that others know it by.
            var trusting = SSLContexts.custom()
                    .loadTrustMaterial(TrustAllStrategy.INSTANCE)
                    .build();
            connections.setTlsSocketStrategy(new DefaultClientTlsStrategy(trusting, NoopHostnameVerifier.INSTANCE));
        }
        this.http = HttpClients.custom()
                .setConnectionManager(connections.build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(PATIENCE)
                        .setProtocolUpgradeEnabled(false)
                        .build())
                .disableContentCompression()
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .setDefaultCookieSpecRegistry(name -> null)
                .build();
    }

    /** @param location path and query of the answer's {@code Location} */
    record Answer(int status, Optional<String> location, String body) {}

    /** @param target path and query */
    Answer send(String method, String target, byte @Nullable [] body, String... headers) throws IOException {
        var request = new HttpUriRequestBase(method, address.resolve(target));
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        if (body != null) {
            request.setEntity(new ByteArrayEntity(body, null));
        }
        return http.execute(request, response -> {
            HttpEntity entity = response.getEntity();
            byte[] content = entity == null ? new byte[0] : EntityUtils.toByteArray(entity, MOST_BYTES);
            Optional<String> location = Optional.ofNullable(response.getFirstHeader("Location"))
                    .map(Header::getValue)
                    .map(URI::create)
                    .map(uri -> uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()));
            return new Answer(response.getCode(), location, new String(content, StandardCharsets.UTF_8));
        });
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
