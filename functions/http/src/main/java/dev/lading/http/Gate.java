package dev.lading.http;

import dev.lading.access.Caller;
import dev.lading.access.RegistrySettings;
import dev.lading.access.Source;
import dev.lading.http.late.BrokenAnswer;
import dev.lading.http.mirror.Entrances;
import dev.lading.http.mirror.Mirror;
import io.netty.util.AsciiString;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The entrance of all requests. It normalizes their targets, and lets only those handlers answer that declare the
 * permission they need: resources by {@link dev.lading.access.Needs}, others by {@link #open}. Routes that declare
 * none, such as those of extensions, are switched off; if an overlooked handler answers, the connection is closed
 * instead.
 */
@ApplicationScoped
public class Gate {
    private static final Logger LOG = Logger.getLogger(Gate.class);

    /** Order of its route: after what logs requests, before all that answers. */
    public static final int FIRST = Integer.MIN_VALUE + 1000;

    private static final String DECLARED = "dev.lading.declared";
    private static final String ADMITTED = "dev.lading.admitted";
    private static final String CALLER = "dev.lading.caller";
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD);
    private static final Set<HttpMethod> CHANGES =
            Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);

    private static final CharSequence CONTENT_TYPE_OPTIONS = new AsciiString("X-Content-Type-Options");
    private static final CharSequence NOSNIFF = new AsciiString("nosniff");
    private static final CharSequence CONTENT_SECURITY_POLICY = new AsciiString("Content-Security-Policy");
    private static final CharSequence NOTHING_LOADED =
            new AsciiString("default-src 'none'; frame-ancestors 'none'; sandbox");
    private static final CharSequence REFERRER_POLICY = new AsciiString("Referrer-Policy");
    private static final CharSequence NO_REFERRER = new AsciiString("no-referrer");

    private final Optional<String> publicAuthority;
    private final Entrances entrances;
    private final RefusalLog refusals = new RefusalLog();
    private @Nullable Router router;

    Gate(RegistrySettings settings, Entrances entrances) {
        this.entrances = entrances;
        publicAuthority = settings.publicUrl().map(URI::getRawAuthority);
    }

    /** Adds a route outside of JAX-RS that anybody may call. */
    public static void open(Router router, String path, Handler<RoutingContext> handler) {
        router.get(path).order(FIRST + 1).putMetadata(DECLARED, true).handler(context -> {
            if (Mirror.of(context).isPresent()) {
                context.fail(
                        NOT_FOUND, new RequestRefused(NOT_FOUND, "this address is a mirror; it serves pulls alone"));
                return;
            }
            admit(context);
            handler.handle(context);
        });
    }

    /** Lets the routed handler answer, since it has declared what it needs. */
    public static void admit(RoutingContext context) {
        context.put(ADMITTED, true);
    }

    /** Says who sends a request. */
    static void identified(RoutingContext context, Caller caller) {
        context.put(CALLER, caller);
    }

    /** Who sends a request that was matched; empty: the handler needs nothing. */
    public static Optional<Caller> caller(RoutingContext context) {
        return Optional.ofNullable(context.get(CALLER));
    }

    void register(@Observes Router running) {
        router = running;
        running.route().order(FIRST).handler(this::enter);
    }

    /** Switches off undeclared routes with a path of their own. */
    void seal(@Observes StartupEvent event) {
        routes().stream().filter(route -> !isDeclared(route)).forEach(Route::disable);
    }

    /** All routes, also those that are switched off. */
    public List<Route> routes() {
        return router == null ? List.of() : router.getRoutes();
    }

    /** Whether a route may answer. */
    public static boolean isDeclared(Route route) {
        return isForEveryPath(route) || route.getMetadata(DECLARED) != null;
    }

    /** Whether a route has no path; such routes hand on, to JAX-RS in the end. */
    public static boolean isForEveryPath(Route route) {
        return !route.isRegexPath()
                && (route.getPath() == null || (route.getPath().equals("/") && !route.isExactPath()));
    }

    private void enter(RoutingContext context) {
        HttpServerRequest request = context.request();
        try {
            String given = given(request);
            String target = RequestTarget.canonical(given);
            if (!target.equals(given) || !request.uri().startsWith("/")) {
                context.reroute(target);
                return;
            }
            Optional<String> mirrored = Mirror.enter(context, entrances);
            if (mirrored.isPresent()) {
                context.reroute(mirrored.get() + (request.query() == null ? "" : "?" + request.query()));
                return;
            }
            requireMethod(request);
            requireOwnOrigin(request);
        } catch (RequestRefused e) {
            context.fail(e.status(), e);
            return;
        }
        context.addHeadersEndHandler(nothing -> leave(context));
        context.next();
    }

    /** The target without the prefix that a proxy names, which is not part of the route. */
    private static String given(HttpServerRequest request) {
        if (!request.uri().startsWith("/") || request.uri().indexOf('#') >= 0) {
            return request.uri();
        }
        return request.query() == null ? request.path() : request.path() + "?" + request.query();
    }

    private static void requireMethod(HttpServerRequest request) throws RequestRefused {
        if (!reads(request) && !CHANGES.contains(request.method())) {
            throw new RequestRefused(405, "the registry does not take this method");
        }
    }

    /** Whether a request changes nothing. */
    public static boolean reads(HttpServerRequest request) {
        return READS.contains(request.method());
    }

    /** Rejects cross-site requests that would use the login of somebody's browser to change something. */
    private void requireOwnOrigin(HttpServerRequest request) throws RequestRefused {
        if (reads(request)) {
            return;
        }
        String origin = request.getHeader("Origin");
        boolean foreign = origin != null && !isOwn(origin, request);
        if (foreign || "cross-site".equalsIgnoreCase(request.getHeader("Sec-Fetch-Site"))) {
            throw new RequestRefused(
                    403, "a page of another site asked for this change; if it is yours, set the registry's public URL");
        }
    }

    private boolean isOwn(String origin, HttpServerRequest request) {
        int authority = origin.indexOf("://");
        if (authority < 0) {
            return false;
        }
        String named = origin.substring(authority + 3);
        return named.equalsIgnoreCase(request.getHeader(HttpHeaders.HOST))
                || publicAuthority.filter(named::equalsIgnoreCase).isPresent();
    }

    private void leave(RoutingContext context) {
        MultiMap headers = context.response().headers();
        headers.set(CONTENT_TYPE_OPTIONS, NOSNIFF);
        // Pages of the console have said what they load; nothing else here is for a browser to show.
        if (!headers.contains(CONTENT_SECURITY_POLICY)) {
            headers.set(CONTENT_SECURITY_POLICY, NOTHING_LOADED);
            headers.set(REFERRER_POLICY, NO_REFERRER);
        }
        int status = context.response().getStatusCode();
        if (status == UNAUTHORIZED || status == FORBIDDEN) {
            tell(context, status);
        }
        if (status < BAD_REQUEST && context.get(ADMITTED) == null) {
            LOG.errorf(
                    "%s %s was about to be answered by a handler that does not declare what it needs; refused",
                    context.request().method(), context.request().path());
            BrokenAnswer.end(context.request());
        }
    }

    private void tell(RoutingContext context, int status) {
        Optional<Caller> caller = Optional.ofNullable(context.get(CALLER));
        if (!(caller.orElse(null) instanceof Caller.Anonymous)) {
            HttpServerRequest request = context.request();
            refusals.refused(caller, Source.of(request), request.method().name(), request.path(), status);
        }
    }
}
