package dev.lading.http.late;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;

/** Ends an answer so that its client knows that it is not whole. */
public final class BrokenAnswer {
    private BrokenAnswer() {}

    public static void end(HttpServerRequest request) {
        // Not by the connection or the response, whose close would wait for the answer.
        if (request.connection() instanceof ConnectionBase connection) {
            var _ = connection.channelHandlerContext().close();
        }
    }
}
