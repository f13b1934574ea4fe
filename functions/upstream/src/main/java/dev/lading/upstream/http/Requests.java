package dev.lading.upstream.http;

import dev.lading.upstream.transport.Answer;
import dev.lading.upstream.transport.Bounds;
import dev.lading.upstream.transport.Origin;
import dev.lading.upstream.transport.Request;
import dev.lading.upstream.transport.Transport;
import dev.lading.upstream.transport.UpstreamException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Sends requests until there is a usable answer: paced, through redirects, retried after transient failures, and
 * authenticated when challenged. Hosts that the upstream redirects to see neither its credentials nor the remote's own
 * headers, which may hold credentials, too.
 */
public final class Requests {
    private static final int UNAUTHORIZED = 401;
    private static final int TOO_MANY_REQUESTS = 429;

    /** Transient statuses beside 5xx: the upstream was too slow, or the request came too early. */
    private static final Set<Integer> PASSING = Set.of(408, 425);

    /** Statuses 5xx that a retry does not mend. */
    private static final Set<Integer> LASTING = Set.of(501, 505);

    private final Transport transport;
    private final Pace pace;
    private final Origin home;
    private final Map<String, String> homeHeaders;
    private final Bounds homeBounds;

    /**
     * @param home the upstream's origin
     * @param homeHeaders the remote's own, sent to {@code home} only
     * @param homeBounds for addresses that the remote itself names
     */
    public Requests(Transport transport, Pace pace, Origin home, Map<String, String> homeHeaders, Bounds homeBounds) {
        this.transport = transport;
        this.pace = pace;
        this.home = home;
        this.homeHeaders = Map.copyOf(homeHeaders);
        this.homeBounds = homeBounds;
    }

    /**
     * @return an answer with any status except redirects and transient failures; the caller closes it
     * @throws UpstreamException if there is no such answer
     */
    public Answer send(Request request, Authorization authorization, Retries retries) {
        return send(request, authorization, retries, homeBounds);
    }

    /** Sends a request to an address that another answer named. */
    public Answer send(Request request, Authorization authorization, Retries retries, Bounds bounds) {
        boolean challenged = false;
        while (true) {
            Optional<String> credentials = authorization.header();
            var redirects = new Redirects(request, bounds);
            try {
                Answer answer = follow(request, redirects, credentials);
                if (passes(answer, request, retries)) {
                    challenged = false;
                } else if (!challenged && redirects.atHome() && meets(authorization, answer, credentials)) {
                    challenged = true;
                } else {
                    return answer;
                }
            } catch (IOException e) {
                retries.failed(redirects.uri().getRawAuthority(), request, e);
            }
        }
    }

    private Answer follow(Request request, Redirects redirects, Optional<String> credentials) throws IOException {
        while (true) {
            pace.await();
            Answer answer = transport.send(
                    request.method(), redirects.uri(), headers(request, redirects, credentials), redirects.bounds());
            pace.heard(answer);
            if (!redirects.follow(answer)) {
                return answer;
            }
            answer.drain();
        }
    }

    /** Whether the answer is a transient failure; if so, the wait before the next try is over. */
    private boolean passes(Answer answer, Request request, Retries retries) {
        if (answer.status() == TOO_MANY_REQUESTS) {
            answer.drain();
            retries.limited(answer.host(), request, RetryAfter.of(answer, pace.now()));
            return true;
        }
        if (PASSING.contains(answer.status()) || (answer.status() >= 500 && !LASTING.contains(answer.status()))) {
            answer.drain();
            retries.failed(Failures.status(answer, request), RetryAfter.of(answer, pace.now()));
            return true;
        }
        return false;
    }

    /** Whether the answer is a challenge and there are now other credentials to send. */
    private static boolean meets(Authorization authorization, Answer answer, Optional<String> credentials) {
        if (answer.status() != UNAUTHORIZED) {
            return false;
        }
        try {
            boolean met = authorization.challenged(answer, credentials);
            if (met) {
                answer.drain();
            }
            return met;
        } catch (UpstreamException e) {
            answer.close();
            throw e;
        }
    }

    private Map<String, String> headers(Request request, Redirects redirects, Optional<String> credentials) {
        Map<String, String> headers = new HashMap<>();
        if (redirects.atHome() && Origin.of(redirects.uri()).equals(home)) {
            headers.putAll(homeHeaders);
        }
        headers.putAll(request.headers());
        if (redirects.atHome()) {
            credentials.ifPresent(value -> headers.put("Authorization", value));
        }
        return headers;
    }
}
