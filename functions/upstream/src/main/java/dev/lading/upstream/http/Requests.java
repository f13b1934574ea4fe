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
 * Sends requests until there is an answer to work with: at the run's pace, through redirects, again after failures that pass,
 * and with what the upstream demands of who asks. Hosts to which the one that was asked redirects see neither that nor the
 * remote's own headers, which may hold credentials, too.
 */
public final class Requests {
    private static final int UNAUTHORIZED = 401;
    private static final int TOO_MANY_REQUESTS = 429;

    /** Failures that pass, beside those of the upstream's own: it was too slow, or it is too early for it. */
    private static final Set<Integer> PASSING = Set.of(408, 425);

    /** Failures of the upstream's own from which it does not recover. */
    private static final Set<Integer> LASTING = Set.of(501, 505);

    private final Transport transport;
    private final Pace pace;
    private final Origin home;
    private final Map<String, String> homeHeaders;
    private final Bounds homeBounds;

    /**
     * @param home the upstream's
     * @param homeHeaders of the remote, sent to {@code home} only
     * @param homeBounds of what the remote itself names
     */
    public Requests(Transport transport, Pace pace, Origin home, Map<String, String> homeHeaders, Bounds homeBounds) {
        this.transport = transport;
        this.pace = pace;
        this.home = home;
        this.homeHeaders = Map.copyOf(homeHeaders);
        this.homeBounds = homeBounds;
    }

    /**
     * @return with any status but those of redirects and of failures that pass; the caller closes it
     * @throws UpstreamException if there is no such answer
     */
    public Answer send(Request request, Authorization authorization, Retries retries) {
        return send(request, authorization, retries, homeBounds);
    }

    /** The same, of what another answer leads to. */
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

    /** Whether the answer is a failure that passes, which has been waited for. */
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

    /** Whether the answer demands credentials and there are now others to show. */
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
