package dev.lading.remote;

import dev.lading.oci.RegistryException.FieldInvalid;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Connection settings of a remote.
 *
 * @param caCert PEM, of the authority that signed the upstream's certificate; empty: one the JVM trusts
 * @param clientCert PEM
 * @param maxRetries of one request
 * @param totalTimeout of one request; all timeouts are in seconds
 * @param connectTimeout to get a connection, pooled or new
 * @param sockConnectTimeout to open a new connection
 * @param sockReadTimeout between two pieces of an answer
 * @param headers plain text in records of earlier versions; the next change seals them, as
 *     {@link SealedSecrets#headers}
 * @param downloadConcurrency connections at the same time
 * @param rateLimit requests a second
 * @param tokenHosts further hosts that may be shown the upstream's password for a token, in lower case
 */
public record RemoteConnection(
        Optional<String> caCert,
        Optional<String> clientCert,
        boolean tlsValidation,
        Optional<RemoteUrl> proxyUrl,
        Optional<Long> maxRetries,
        Optional<Double> totalTimeout,
        Optional<Double> connectTimeout,
        Optional<Double> sockConnectTimeout,
        Optional<Double> sockReadTimeout,
        List<Map<String, String>> headers,
        Optional<Long> downloadConcurrency,
        Optional<Long> rateLimit,
        List<String> tokenHosts) {
    /** Syntax of a host. Source: RFC 1123, section 2.1. */
    private static final Pattern HOST = Pattern.compile("[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?|\\[[0-9a-f:.]+]");

    /** @throws FieldInvalid if one of the token hosts is no host */
    public RemoteConnection {
        headers = headers == null ? List.of() : List.copyOf(headers);
        tokenHosts = tokenHosts == null
                ? List.of()
                : tokenHosts.stream().map(RemoteConnection::host).distinct().toList();
    }

    private static String host(String text) {
        String host = text.toLowerCase(Locale.ROOT);
        if (!HOST.matcher(host).matches()) {
            throw new FieldInvalid(
                    "token_hosts",
                    "'" + text
                            + "' is not the name of a host, such as auth.example.com: without scheme, port and path");
        }
        return host;
    }

    RemoteConnection withoutHeaders() {
        return new RemoteConnection(
                caCert,
                clientCert,
                tlsValidation,
                proxyUrl,
                maxRetries,
                totalTimeout,
                connectTimeout,
                sockConnectTimeout,
                sockReadTimeout,
                List.of(),
                downloadConcurrency,
                rateLimit,
                tokenHosts);
    }
}
