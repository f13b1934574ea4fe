package dev.lading.server;

import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** Handlers without a declared permission; {@link GateTest} finds them refused. */
@ApplicationScoped
@Path(UndeclaredHandlers.RESOURCE)
public class UndeclaredHandlers {
    static final String RESOURCE = "/undeclared-resource";
    static final String ROUTE = "/undeclared-route";
    static final String FOR_EVERY_PATH = "/undeclared-handler-for-every-path";

    @GET
    public String get() {
        return "open";
    }

    void register(@Observes Router router) {
        router.route(ROUTE).handler(context -> context.response().end("open"));
        router.route().handler(context -> {
            if (context.request().path().equals(FOR_EVERY_PATH)) {
                context.response().end("open");
            } else {
                context.next();
            }
        });
    }
}
