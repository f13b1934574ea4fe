package dev.lading.upstream.transport;

import java.time.Duration;
import java.util.Objects;

/**
 * A failed upstream request. The message is a sentence for the administrator who reads the task: it names the host,
 * what was requested, the status and what to do, and never a credential.
 */
public abstract sealed class UpstreamException extends RuntimeException {
    private UpstreamException(String message) {
        super(message);
    }

    private UpstreamException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public final String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** The upstream has no such manifest or blob. */
    public static final class NotFound extends UpstreamException {
        public NotFound(String message) {
            super(message);
        }
    }

    /** The upstream demands other credentials, or credentials may not be sent to where it demands them. */
    public static final class Refused extends UpstreamException {
        public Refused(String message) {
            super(message);
        }
    }

    /** The upstream asks for a longer wait than the wait budget allows. */
    public static final class RateLimited extends UpstreamException {
        private final Duration retryAfter;

        public RateLimited(String message, Duration retryAfter) {
            super(message);
            this.retryAfter = retryAfter;
        }

        /** Wait from now on. */
        public Duration retryAfter() {
            return retryAfter;
        }
    }

    /** No answer, an incomplete one, or only 5xx, after all retries. */
    public static final class Unreachable extends UpstreamException {
        public Unreachable(String message, Throwable cause) {
            super(message, cause);
        }

        public Unreachable(String message) {
            super(message);
        }
    }

    /** An unusable answer: against the protocol, too large, or with another digest than expected. */
    public static final class InvalidAnswer extends UpstreamException {
        public InvalidAnswer(String message) {
            super(message);
        }
    }
}
