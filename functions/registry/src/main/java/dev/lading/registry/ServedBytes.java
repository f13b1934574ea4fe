package dev.lading.registry;

import dev.lading.access.RegistrySettings;
import dev.lading.http.late.BrokenAnswer;
import dev.lading.remote.PullThroughCounter;
import io.vertx.ext.web.RoutingContext;

/** Counts bytes that clients were sent to the end: one that leaves has not been served them. */
final class ServedBytes {
    private ServedBytes() {}

    /** Behind a gateway the store sends them, after the answer; nobody hears of their end. */
    static void count(RoutingContext http, RegistrySettings settings, PullThroughCounter counter, long bytes) {
        if (settings.behindGateway()) {
            counter.served(bytes);
        } else {
            http.addEndHandler(ended -> {
                if (ended.succeeded() && !BrokenAnswer.isBroken(http.request())) {
                    counter.served(bytes);
                }
            });
        }
    }
}
