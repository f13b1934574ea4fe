package dev.lading.server;

/** The server cannot start for a reason its operator can mend; the message says how. */
final class StartFailure extends RuntimeException {
    StartFailure(String message) {
        super(message);
    }

    StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
