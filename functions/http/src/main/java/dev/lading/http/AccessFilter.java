package dev.lading.http;

import dev.lading.access.Authenticator;
import dev.lading.access.Authorizer;
import dev.lading.access.Caller;
import dev.lading.access.Check;
import dev.lading.access.FirstPushes;
import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.access.RegistrySettings;
import dev.lading.access.RequestLimit;
import dev.lading.access.Sessions;
import dev.lading.access.Source;
import dev.lading.history.Pull;
import dev.lading.http.late.ClientGone;
import dev.lading.http.mirror.Entrances;
import dev.lading.http.mirror.Mirror;
import dev.lading.http.mirror.Mirrored;
import dev.lading.http.mirror.Mirrors;
import dev.lading.oci.RegistryException.CredentialsRefused;
import dev.lading.oci.RepositoryName;
import dev.lading.repository.RepositoryService;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;

/**
 * Authorizes every routed request by its handler's declaration, before the handler runs. The view that a pull may read
 * is handed on to the resource, so that it is neither read again nor found by another way.
 */
public class AccessFilter {
    static final String CALLER = "dev.lading.caller";
    static final String SCOPE = "dev.lading.scope";

    private static final String PULL = "dev.lading.pull";
    private static final String ASKED = "dev.lading.asked";
    private static final String UNCOUNTED = "dev.lading.uncounted";
    private static final Caller NOBODY = new Caller.Anonymous();

    private final Authenticator authenticator;
    private final Sessions sessions;
    private final RequestLimit limit;
    private final Authorizer authorizer;
    private final RepositoryService repositories;
    private final Mirrors mirrors;
    private final FirstPushes pushes;
    private final RegistrySettings settings;
    private final Entrances entrances;

    public AccessFilter(
            Authenticator authenticator,
            Sessions sessions,
            RequestLimit limit,
            Authorizer authorizer,
            RepositoryService repositories,
            Mirrors mirrors,
            FirstPushes pushes,
            RegistrySettings settings,
            Entrances entrances) {
        this.authenticator = authenticator;
        this.sessions = sessions;
        this.limit = limit;
        this.authorizer = authorizer;
        this.repositories = repositories;
        this.mirrors = mirrors;
        this.pushes = pushes;
        this.settings = settings;
        this.entrances = entrances;
    }

    @ServerRequestFilter
    public void filter(ResteasyReactiveContainerRequestContext request, ResourceInfo handler, RoutingContext context)
            throws IOException {
        if (context.response().closed()) {
            throw new ClientGone("the client is gone", null);
        }
        Permission needed = needed(handler).filter(this::isServedHere).orElseThrow(NotFoundException::new);
        if (entrances.isForBuilds(context.request())) {
            RegistryUrls.noteBuild(request);
        }
        Optional<Mirror> mirror = Mirror.of(context);
        if (mirror.isPresent()) {
            requireMirrored(handler, context);
            mirror.get().note(request);
        }
        switch (needed) {
            // An upload's location carries its own permission, signed when the upload was begun.
            case NONE, UPLOAD_STATE -> count(NOBODY, context);
            case CREDENTIALS -> credentials(request, context);
            // The list is open, and leaves out what its caller may not see.
            case CATALOG -> scoped(request, Authorizer.CATALOG, context);
            case PULL -> pull(request, context);
            // Decided by the handler of a pull, once it is known that nothing is here.
            case FETCH -> throw new NotFoundException();
            case PUSH, DELETE -> change(request, context, needed);
            case VISITOR -> visitor(request, context);
            case SESSION -> authorizer.require(visitor(request, context), Check.SESSION);
            case SIGNED_IN -> authorizer.require(scoped(request, Authorizer.ADMINISTRATION, context), Check.SIGNED_IN);
            case ADMINISTRATION ->
                authorizer.require(scoped(request, Authorizer.ADMINISTRATION, context), Check.ADMINISTRATION);
        }
        Gate.admit(context);
    }

    /** The permission that a resource's method declares; empty: none, so nobody may call it. */
    public static Optional<Permission> needed(ResourceInfo handler) {
        return Optional.ofNullable(handler.getResourceMethod().getAnnotation(Needs.class))
                .or(() -> Optional.ofNullable(handler.getResourceClass().getAnnotation(Needs.class)))
                .map(Needs::value);
    }

    private boolean isServedHere(Permission needed) {
        return !settings.uploadsOnly() || needed == Permission.UPLOAD_STATE;
    }

    private static void requireMirrored(ResourceInfo handler, RoutingContext context) {
        if (!handler.getResourceMethod().isAnnotationPresent(Mirrored.class)) {
            throw Gate.reads(context.request())
                    ? new NotFoundException()
                    : new NotAllowedException("GET", new String[] {"HEAD"});
        }
    }

    private void credentials(ContainerRequestContext request, RoutingContext context) {
        // Clients of a mirror are not asked for a login that they need not have.
        if (mirrors.isOpen(context)) {
            identified(NOBODY, request, context);
        } else {
            authorizer.require(caller(request, context), Check.CREDENTIALS);
        }
    }

    /** Whose login a cookie is; a build has none, and no business in the console. */
    private Caller visitor(ContainerRequestContext request, RoutingContext context) {
        if (entrances.isForBuilds(context.request())) {
            throw new NotFoundException();
        }
        return identified(sessions.caller(context.request()), "session", request, context);
    }

    private void pull(ResteasyReactiveContainerRequestContext request, RoutingContext context) {
        RepositoryName asked = name(request);
        Optional<Pull> mirrored = mirrors.pull(asked, context);
        RepositoryName name = mirrored.map(Pull::name).orElse(asked);
        request.setProperty(ASKED, asked);
        // A mirror's tokens are asked for at the mirror, by its names; who says ns asks for them at the registry.
        request.setProperty(SCOPE, scope(Mirror.of(context).isPresent() ? asked : name, Permission.PULL));
        boolean isOpen = mirrored.isPresent() && authorizer.allows(NOBODY, Check.pull(mirrored.get()));
        Caller caller = isOpen
                ? identified(authenticator.byToken(context.request()), request, context)
                : caller(request, context);
        Pull pull = mirrored.orElseGet(() -> repositories.pull(name));
        request.setProperty(PULL, pull);
        authorizer.require(caller, Check.pull(pull));
    }

    private void change(
            ResteasyReactiveContainerRequestContext request, RoutingContext context, Permission permission) {
        RepositoryName name = name(request);
        if (mirrors.isForAnother(context)) {
            throw new NotFoundException();
        }
        Caller caller = scoped(request, scope(name, permission), context);
        authorizer.require(caller, Check.change(permission, name));
        if (permission == Permission.PUSH) {
            repositories.requireOutside(name);
            caller.account().ifPresent(maker -> pushes.begin(name, maker));
        }
    }

    /** The caller, where a token with a scope would do; a refusal asks for one. */
    private Caller scoped(ContainerRequestContext request, String scope, RoutingContext context) {
        request.setProperty(SCOPE, scope);
        return caller(request, context);
    }

    private Caller caller(ContainerRequestContext request, RoutingContext context) {
        return identified(authenticated(context), request, context);
    }

    private Caller identified(Caller caller, ContainerRequestContext request, RoutingContext context) {
        return identified(caller, RequestActor.credential(caller), request, context);
    }

    private Caller identified(
            Caller caller, String credential, ContainerRequestContext request, RoutingContext context) {
        count(caller, context);
        request.setProperty(CALLER, caller);
        Gate.identified(context, caller);
        if (!Gate.reads(context.request())) {
            RequestActor.set(context.request(), caller, caller.isAnonymous() ? "none" : credential);
        }
        return caller;
    }

    /** The caller; a request whose credentials are wrong counts as nobody's. */
    private Caller authenticated(RoutingContext context) {
        try {
            return authenticator.caller(context.request());
        } catch (CredentialsRefused e) {
            count(NOBODY, context);
            throw e;
        }
    }

    private void count(Caller caller, RoutingContext context) {
        if (context.get(UNCOUNTED) == null) {
            limit.count(caller, () -> Source.of(context.request()));
        }
    }

    /** Exempts a request that the process sends to itself from the limit on requests. */
    public static void uncounted(RoutingContext context) {
        context.put(UNCOUNTED, true);
    }

    private static RepositoryName name(ResteasyReactiveContainerRequestContext request) {
        // By UriInfo, every request would make a map of lists of its one parameter.
        var matched = (ResteasyReactiveRequestContext) request.getServerRequestContext();
        return new RepositoryName(matched.getPathParameter("name", false));
    }

    /** The view that the sender of a GET or HEAD may read. */
    public static Pull pulled(ContainerRequestContext request) {
        return (Pull) Objects.requireNonNull(request.getProperty(PULL));
    }

    /** The name that a pull's client asked for, which is the upstream's if it asked a mirror. */
    public static RepositoryName asked(ContainerRequestContext request) {
        return (RepositoryName) Objects.requireNonNull(request.getProperty(ASKED));
    }

    /** The caller of a request to a handler that needs a permission. */
    public static Caller caller(ContainerRequestContext request) {
        return (Caller) Objects.requireNonNull(request.getProperty(CALLER));
    }

    /** For whom a request counts: its principal, or of all who are not known the network that it comes from. */
    public static String countedFor(ContainerRequestContext request, HttpServerRequest http) {
        Caller caller = caller(request);
        return caller.isAnonymous() ? Source.of(http).network() : caller.principal();
    }

    /** The scope to request a token for. A push reads, too. */
    private static String scope(RepositoryName name, Permission permission) {
        return "repository:" + name + ":" + (permission == Permission.PUSH ? "pull,push" : permission.action());
    }
}
