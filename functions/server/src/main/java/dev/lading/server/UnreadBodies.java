package dev.lading.server;

import dev.lading.http.Gate;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * What a client still sends when it was answered, as with a refusal that needs no body. Clients that send all before they
 * read would wait for ever, so it is taken in and dropped, up to a limit; beyond that the connection ends.
 */
@Singleton
final class UnreadBodies {
    private static final long MAX_BYTES = 64L * 1024 * 1024;

    private static final String WATCHED = "dev.lading.unread-body";

    /** Before anything that answers. */
    void watch(@Observes Router router) {
        router.route().order(Gate.FIRST - 1).handler(UnreadBodies::watch);
    }

    private static void watch(RoutingContext context) {
        // A request that is given its one form comes by once more.
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
        // Who waited to be told to send may never do so, and its next request must not be taken for the body.
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
