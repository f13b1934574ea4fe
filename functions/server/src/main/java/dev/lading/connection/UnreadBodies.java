package dev.lading.connection;

import dev.lading.http.Gate;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Drops the rest of a body when the answer needs none of it, as with a refusal. Clients that send everything before
 * they read would wait for ever, so it is read up to a limit; beyond that the connection ends.
 */
@Singleton
final class UnreadBodies {
    private static final long MAX_BYTES = 64L * 1024 * 1024;

    private static final String WATCHED = "dev.lading.unread-body";

    /** Registers before all handlers that answer. */
    void watch(@Observes Router router) {
        router.route().order(Gate.FIRST - 1).handler(UnreadBodies::watch);
    }

    private static void watch(RoutingContext context) {
        // A request whose path is normalized comes by once more.
        if (context.get(WATCHED) == null) {
            context.put(WATCHED, true);
            context.addEndHandler(answered -> drop(context.request()));
        }
        context.next();
    }

    private static void drop(HttpServerRequest request) {
        if (request.isEnded()) {
            return;
        }
        // A client that waited for 100-continue may never send the body, and its next request must not be taken for it.
        if (request.getHeader("Expect") != null) {
            request.connection().close();
            return;
        }
        long[] dropped = {0};
        request.handler(buffer -> {
            dropped[0] += buffer.length();
            if (dropped[0] > MAX_BYTES) {
                request.connection().close();
            }
        });
        request.resume();
    }
}
