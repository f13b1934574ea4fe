package dev.lading.http;

/** A request that is refused before it is routed; the message is for its sender. */
public final class RequestRefused extends Exception {
    private final int status;

    public RequestRefused(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
