package dev.lading.upstream.transport;

import java.time.Duration;

/**
 * Why an upstream did not give what was asked of it. The message is a sentence for the administrator who reads the task: it
 * names the host, what was asked, the status and what to do, and never a credential.
 */
public abstract sealed class UpstreamException extends RuntimeException {
    private UpstreamException(String message) {
        super(message);
    }

    private UpstreamException(String message, Throwable cause) {
        super(message, cause);
    }

    /** It is not there. */
    public static final class NotFound extends UpstreamException {
        public NotFound(String message) {
            super(message);
        }
    }

    /** The upstream wants other credentials, or none may be sent to where it wants them. */
    public static final class Refused extends UpstreamException {
        public Refused(String message) {
            super(message);
        }
    }

    /** The upstream asks to wait longer than there is patience for. */
    public static final class RateLimited extends UpstreamException {
        private final Duration retryAfter;

        public RateLimited(String message, Duration retryAfter) {
            super(message);
            this.retryAfter = retryAfter;
        }

        /** From now. */
        public Duration retryAfter() {
            return retryAfter;
        }
    }

    /** No answer, or none that was whole, or only failures of the upstream's own, as often as it was tried. */
    public static final class Unreachable extends UpstreamException {
        public Unreachable(String message, Throwable cause) {
            super(message, cause);
        }

        public Unreachable(String message) {
            super(message);
        }
    }

    /** An answer that cannot be used: not as the protocol has it, too large, or not of the digest it should have. */
    public static final class InvalidAnswer extends UpstreamException {
        public InvalidAnswer(String message) {
            super(message);
        }
    }
}
