package dev.lading.http;

import dev.lading.access.Caller;
import dev.lading.access.Source;
import dev.lading.account.Identity;
import dev.lading.account.Robot;
import dev.lading.audit.Actor;
import dev.lading.random.Randomness;
import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/**
 * Who sends the request that the running thread handles. It is kept with the request's own context, and not with the
 * thread, which goes on to other work.
 */
public final class RequestActor {
    private static final String KEY = "dev.lading.actor";

    /** Header with a client's id of a request, by which it is found in the audit and in tasks; answered, too. */
    private static final String CORRELATION = "Correlation-ID";

    private RequestActor() {}

    static Optional<Actor> current() {
        return requestContext().map(context -> context.getLocal(KEY));
    }

    private static Optional<Context> requestContext() {
        return Optional.ofNullable(Vertx.currentContext()).filter(VertxContext::isDuplicatedContext);
    }

    /** The id of the running request, which may change something. */
    public static String requestId() {
        return current().orElseThrow().request();
    }

    /** Says of a request that may change something for whom it does. */
    static void set(HttpServerRequest request, Caller caller, String credential) {
        String given = request.getHeader(CORRELATION);
        String id = given != null && given.matches("[\\w.:-]{1,100}")
                ? given
                : Randomness.uuid().toString().replace("-", "");
        request.response().putHeader(CORRELATION, id);
        requestContext()
                .orElseThrow(() -> new IllegalStateException("a request runs on a context of its own"))
                .putLocal(
                        KEY,
                        new Actor(
                                caller.principal(),
                                credential,
                                Source.of(request).network(),
                                request.method() + " " + request.path(),
                                id));
    }

    static String credential(Caller caller) {
        return switch (caller) {
            case Caller.Anonymous anonymous -> "none";
            case Caller.Administrator administrator -> "password";
            case Caller.SignedIn(Identity identity) -> identity.account() instanceof Robot ? "secret" : "password";
            case Caller.Building building -> "build";
            case Caller.Bearer bearer -> bearer.build().isPresent() ? "build" : "token";
        };
    }
}
