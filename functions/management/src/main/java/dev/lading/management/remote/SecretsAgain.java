package dev.lading.management.remote;

import dev.lading.management.api.Problem;
import dev.lading.management.api.Values;
import dev.lading.remote.HttpAddress;
import dev.lading.remote.RemoteConnection;
import dev.lading.remote.RemoteSecrets;
import dev.lading.remote.RemoteSettings;
import dev.lading.remote.RemoteUrl;
import dev.lading.remote.SealedSecret;
import dev.lading.remote.SealedSecrets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Requires that a caller who changes where a remote's secrets are sent knows them: a change of their destination, or of
 * who may read them on the way, must give each kept secret again, or drop it. Otherwise a remote's administrator could
 * have a password, which nobody can read here, sent to a host of their own.
 */
final class SecretsAgain {
    /** Secrets in the order in which they are shown. */
    static final List<String> ALL = List.of(
            RemoteSecrets.CLIENT_KEY,
            RemoteSecrets.PROXY_USERNAME,
            RemoteSecrets.PROXY_PASSWORD,
            RemoteSecrets.USERNAME,
            RemoteSecrets.PASSWORD,
            RemoteSecrets.HEADERS);

    private static final List<String> OF_THE_UPSTREAM =
            List.of(RemoteSecrets.CLIENT_KEY, RemoteSecrets.USERNAME, RemoteSecrets.PASSWORD, RemoteSecrets.HEADERS);

    private SecretsAgain() {}

    /** Secrets that a remote has. */
    static Set<String> held(RemoteSettings remote) {
        SealedSecrets sealed = remote.secrets();
        Map<String, Optional<SealedSecret>> secrets = new LinkedHashMap<>();
        secrets.put(RemoteSecrets.CLIENT_KEY, sealed.clientKey());
        secrets.put(RemoteSecrets.PROXY_USERNAME, sealed.proxyUsername());
        secrets.put(RemoteSecrets.PROXY_PASSWORD, sealed.proxyPassword());
        secrets.put(RemoteSecrets.USERNAME, sealed.username());
        secrets.put(RemoteSecrets.PASSWORD, sealed.password());
        Set<String> held = new LinkedHashSet<>();
        secrets.forEach((field, secret) -> secret.ifPresent(there -> held.add(field)));
        if (sealed.headers().isPresent() || !remote.connection().headers().isEmpty()) {
            held.add(RemoteSecrets.HEADERS);
        }
        return held;
    }

    /** @throws Problem naming each secret that would be sent elsewhere and is not in the body */
    static void require(Values body, RemoteSettings before, RemoteSettings after) {
        Map<String, List<String>> messages = new LinkedHashMap<>();
        Set<String> held = held(before);
        for (Move move : moves(before, after)) {
            for (String secret : move.secrets()) {
                if (held.contains(secret) && !body.has(secret)) {
                    String none = secret.equals(RemoteSecrets.HEADERS) ? "[]" : "null";
                    messages.putIfAbsent(
                            secret,
                            List.of(move.what() + " and what this remote keeps here would go with it: send '" + secret
                                    + "' again in the same request, or " + none + " to drop it"));
                }
            }
        }
        if (!messages.isEmpty()) {
            throw Problem.fields(messages);
        }
    }

    /** @param secrets that are sent elsewhere, or become readable to others */
    private record Move(String what, List<String> secrets) {}

    private static List<Move> moves(RemoteSettings before, RemoteSettings after) {
        RemoteConnection then = before.connection();
        RemoteConnection now = after.connection();
        List<Move> moves = new ArrayList<>();
        if (!origin(before.url()).equals(origin(after.url()))) {
            moves.add(new Move("url leads to another host, port or scheme,", OF_THE_UPSTREAM));
        }
        if (!then.proxyUrl().map(SecretsAgain::origin).equals(now.proxyUrl().map(SecretsAgain::origin))) {
            moves.add(new Move("proxy_url leads another way,", ALL));
        }
        if (then.tlsValidation() && !now.tlsValidation()) {
            moves.add(new Move("without tls_validation anybody on the way may take the upstream's place,", ALL));
        }
        if (now.tlsValidation() && then.tlsValidation() && !then.caCert().equals(now.caCert())) {
            moves.add(new Move("another ca_cert lets others take the upstream's place,", ALL));
        }
        if (!then.tokenHosts().containsAll(now.tokenHosts())) {
            moves.add(new Move(
                    "token_hosts names another host,", List.of(RemoteSecrets.USERNAME, RemoteSecrets.PASSWORD)));
        }
        return moves;
    }

    /** Origin of a URL. Source: RFC 6454, section 4. */
    private static String origin(RemoteUrl url) {
        HttpAddress address = url.address();
        return address.scheme() + "://" + address.host() + ":" + address.effectivePort();
    }
}
