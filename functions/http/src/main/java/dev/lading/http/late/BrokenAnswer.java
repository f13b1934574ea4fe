package dev.lading.http.late;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;

/** Answers that are not whole. */
public final class BrokenAnswer {
    private BrokenAnswer() {}

    /**
     * Whether a client has left before the end of an answer that is said to have ended: one that is sent from a file
     * ends in due form when its connection breaks.
     */
    public static boolean isBroken(HttpServerRequest request) {
        return request.connection() instanceof ConnectionBase connection
                && !connection.channelHandlerContext().channel().isActive();
    }

    /** Ends an answer so that its client knows that it is not whole. */
    public static void end(HttpServerRequest request) {
        // Not by the connection or the response, whose close would wait for the answer.
        if (request.connection() instanceof ConnectionBase connection) {
            var _ = connection.channelHandlerContext().close();
        }
    }
}
