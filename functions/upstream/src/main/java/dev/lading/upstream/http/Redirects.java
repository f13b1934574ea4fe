package dev.lading.upstream.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lading.remote.HttpAddress;
import dev.lading.upstream.transport.Answer;
import dev.lading.upstream.transport.Bounds;
import dev.lading.upstream.transport.Origin;
import dev.lading.upstream.transport.Request;
import dev.lading.upstream.transport.UpstreamException.InvalidAnswer;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;

/** The chain of redirects of one request. The method stays, which is GET or HEAD. Source: RFC 9110, section 15.4. */
final class Redirects {
    private static final int MOST = 10;
    private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

    private final Request request;
    private final Set<URI> seen = new HashSet<>();
    private URI uri;
    private Bounds bounds;
    private boolean atHome = true;

    /** @param bounds of the request itself */
    Redirects(Request request, Bounds bounds) {
        this.request = request;
        this.bounds = bounds;
        this.uri = request.uri();
        seen.add(uri);
    }

    /** Address of the next request. */
    URI uri() {
        return uri;
    }

    /** Bounds of the next request: no redirect leads into a narrower network than its own. */
    Bounds bounds() {
        return bounds;
    }

    /** Whether every redirect stayed at the first origin; returning to it later does not count. */
    boolean atHome() {
        return atHome;
    }

    /**
     * @return whether the answer is a redirect, and {@link #uri} has changed
     * @throws InvalidAnswer if it leads nowhere, in a circle, too far, or from https to http
     */
    boolean follow(Answer answer) {
        if (!STATUSES.contains(answer.status())) {
            return false;
        }
        URI next = answer.header("Location")
                // Heads are read byte by byte; what is not ASCII in an address is UTF-8.
                .map(location -> new String(location.getBytes(ISO_8859_1), UTF_8))
                .flatMap(location -> HttpAddress.follow(uri, location))
                .orElseThrow(() -> refusal(answer, "to no address"));
        if (Origin.of(uri).isSecure() && !Origin.of(next).isSecure()) {
            throw refusal(answer, "from https to http, at " + next.getRawAuthority());
        }
        if (!seen.add(next)) {
            throw refusal(answer, "in a circle");
        }
        if (seen.size() > MOST + 1) {
            throw refusal(answer, "more than " + MOST + " times");
        }
        atHome &= Origin.of(next).equals(Origin.of(uri));
        bounds = bounds.after(answer);
        uri = next;
        return true;
    }

    private InvalidAnswer refusal(Answer answer, String where) {
        answer.close();
        return new InvalidAnswer(
                answer.host() + " redirects the request for " + request.what() + " (" + answer.status() + ") " + where);
    }
}
