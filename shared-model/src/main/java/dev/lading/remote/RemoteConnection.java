package dev.lading.remote;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How an upstream is reached.
 *
 * @param caCert PEM, of the authority that signed the upstream's certificate; empty: one the JVM trusts
 * @param clientCert PEM
 * @param maxRetries of one request
 * @param totalTimeout of one request, as all timeouts in seconds
 * @param connectTimeout until a connection is had, from a pool or new
 * @param sockConnectTimeout until a new connection is made
 * @param sockReadTimeout between two pieces of an answer
 * @param headers sent with every request, in order
 * @param downloadConcurrency connections at the same time
 * @param rateLimit requests a second
 */
public record RemoteConnection(
        Optional<String> caCert,
        Optional<String> clientCert,
        boolean tlsValidation,
        Optional<String> proxyUrl,
        Optional<Long> maxRetries,
        Optional<Double> totalTimeout,
        Optional<Double> connectTimeout,
        Optional<Double> sockConnectTimeout,
        Optional<Double> sockReadTimeout,
        List<Map<String, String>> headers,
        Optional<Long> downloadConcurrency,
        Optional<Long> rateLimit) {
    public RemoteConnection {
        headers = headers == null ? List.of() : List.copyOf(headers);
    }
}
