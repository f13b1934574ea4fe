package dev.lading.upstream.login;

import dev.lading.remote.HttpAddress;
import dev.lading.remote.RemoteSecrets;
import dev.lading.upstream.http.Authorization;
import dev.lading.upstream.http.Failures;
import dev.lading.upstream.http.Pace;
import dev.lading.upstream.http.Requests;
import dev.lading.upstream.http.Retries;
import dev.lading.upstream.http.UpstreamAddress;
import dev.lading.upstream.transport.Answer;
import dev.lading.upstream.transport.Bounds;
import dev.lading.upstream.transport.Origin;
import dev.lading.upstream.transport.Request;
import dev.lading.upstream.transport.UpstreamException.InvalidAnswer;
import dev.lading.upstream.transport.UpstreamException.Refused;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Credentials sent only after a challenge: a password (Basic), or a token from the realm that the challenge names
 * (Bearer). The token is requested with the password if there is one, shared by all requests of the run and renewed
 * shortly before it expires. Sources: RFC 7617; distribution, "Token Authentication Specification".
 */
public final class Login implements Authorization {
    private final UpstreamAddress address;
    private final Optional<String> basic;
    private final TokenHosts tokenHosts;
    private final Bounds bounds;
    private final Requests requests;
    private final Supplier<Retries> retries;
    private final Pace pace;
    private final ReentrantLock lock = new ReentrantLock();
    private Optional<Realm> bearer = Optional.empty();
    private Optional<String> header = Optional.empty();
    private Instant renewal = Instant.MAX;

    /** @param bounds of the upstream; its realm may lead to no narrower network */
    public Login(
            UpstreamAddress address,
            RemoteSecrets secrets,
            TokenHosts tokenHosts,
            Bounds bounds,
            Requests requests,
            Supplier<Retries> retries,
            Pace pace) {
        this.tokenHosts = tokenHosts;
        this.bounds = bounds;
        this.address = address;
        this.basic =
                secrets.username().map(name -> basic(name, secrets.password().orElse("")));
        this.requests = requests;
        this.retries = retries;
        this.pace = pace;
    }

    /** The token server that the upstream named, and the bounds for reaching it. */
    private record Realm(URI uri, Bounds bounds) {}

    @Override
    public Optional<String> header() {
        lock.lock();
        try {
            if (bearer.isPresent() && !pace.now().isBefore(renewal)) {
                ask(bearer.get());
            }
            return header;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean challenged(Answer answer, Optional<String> sent) {
        lock.lock();
        try {
            if (!sent.equals(header)) {
                // Another request was challenged, too, and already got a new token.
                return true;
            }
            List<Challenge> offered =
                    Challenge.parse(answer.headers("WWW-Authenticate").toList());
            Optional<Challenge> token = offered.stream()
                    .filter(challenge -> challenge.scheme().equals("bearer")
                            && challenge.parameter("realm").isPresent())
                    .findFirst();
            if (token.isPresent()) {
                var realm = new Realm(realm(answer, token.get()), bounds.after(answer));
                ask(realm);
                bearer = Optional.of(realm);
                return true;
            }
            boolean password =
                    offered.stream().anyMatch(challenge -> challenge.scheme().equals("basic"));
            if (!password || basic.isEmpty() || header.equals(basic)) {
                return false;
            }
            header = basic;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A text that shows no secret. */
    @Override
    public String toString() {
        return "Login";
    }

    private void ask(Realm realm) {
        Request request = Request.get(realm.uri(), "a token for " + address.name());
        Retries tries = retries.get();
        while (true) {
            Answer answer = requests.send(request, Authorization.of(basic), tries, realm.bounds());
            try (answer) {
                if (answer.status() != 200) {
                    throw Failures.answered(answer, request);
                }
                Token token = Token.parse(answer.bytes(Token.MAX_BYTES))
                        .orElseThrow(() -> Failures.invalid(answer, request, "there is no token in it"));
                header = Optional.of("Bearer " + token.value());
                renewal = token.renewal(pace.now());
                return;
            } catch (IOException e) {
                tries.failed(answer.host(), request, e);
            }
        }
    }

    private URI realm(Answer answer, Challenge challenge) {
        URI realm = HttpAddress.follow(
                        answer.from(), challenge.parameter("realm").orElseThrow())
                .orElseThrow(() -> new InvalidAnswer(address.host() + " names a token server that is no address"));
        requireTrusted(realm);
        // Scope as the registry names it; behind a path of its own, it may name the repository otherwise than we do.
        String scope = challenge.parameter("scope").orElse("repository:" + address.name() + ":pull");
        String query = challenge
                        .parameter("service")
                        .map(service -> "service=" + encoded(service) + "&")
                        .orElse("")
                + "scope=" + encoded(scope);
        return URI.create(realm + (realm.getRawQuery() == null ? "?" : "&") + query);
    }

    private void requireTrusted(URI realm) {
        if (address.origin().isSecure() && !Origin.of(realm).isSecure()) {
            throw new Refused(address.host() + " wants a token fetched from " + realm.getRawAuthority()
                    + " without TLS, which is not done");
        }
        if (basic.isPresent() && !tokenHosts.have(Origin.of(realm).host())) {
            throw new Refused(
                    address.host() + " wants the remote's password sent to "
                            + Origin.of(realm).host()
                            + ", a host of others, for a token; if it may have the password, name it in the remote's token_hosts");
        }
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static String basic(String username, String password) {
        return "Basic "
                + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    }
}
