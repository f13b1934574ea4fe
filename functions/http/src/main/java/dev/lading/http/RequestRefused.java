package dev.lading.http;

import java.util.Objects;

/** A request that is refused before it is routed; the message is for its sender. */
public final class RequestRefused extends Exception {
    private final int status;

    public RequestRefused(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    public int status() {
        return status;
    }
}
