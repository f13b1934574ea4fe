package dev.lading.http;

import dev.lading.random.Randomness;
import io.vertx.core.http.HttpServerRequest;
import org.jboss.logging.Logger;

/** Failures of the registry itself: an answer names the id under which the log says why, and nothing else. */
final class FailureLog {
    private static final Logger LOG = Logger.getLogger(FailureLog.class);

    private FailureLog() {}

    /**
     * Logs a failure with its stack under a new id.
     *
     * @return the sentence to answer
     */
    static String log(Throwable failure, HttpServerRequest request) {
        String id = Randomness.uuid().toString();
        LOG.errorf(failure, "request %s failed: %s %s", id, request.method(), request.path());
        return "the registry failed; its log says why under request id " + id;
    }
}
