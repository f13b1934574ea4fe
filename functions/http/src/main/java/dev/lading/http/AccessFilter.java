package dev.lading.http;

import dev.lading.access.AccessPolicy;
import dev.lading.access.Action;
import dev.lading.access.Authenticator;
import dev.lading.access.Caller;
import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.access.RegistrySettings;
import dev.lading.history.Pull;
import dev.lading.oci.RegistryException.Denied;
import dev.lading.oci.RegistryException.Unauthorized;
import dev.lading.oci.RepositoryName;
import dev.lading.repository.RepositoryService;
import io.vertx.ext.web.RoutingContext;
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
 * Decides on every request whose handler was found, by what that handler declares, before it runs. What a pull may see is
 * handed on to the resource, so that it is neither read again nor read by another way.
 */
public class AccessFilter {
    public static final String CALLER = "dev.lading.caller";
    public static final String SCOPE = "dev.lading.scope";

    private static final String PULL = "dev.lading.pull";

    private final Authenticator authenticator;
    private final AccessPolicy policy;
    private final RepositoryService repositories;
    private final RegistrySettings settings;

    public AccessFilter(
            Authenticator authenticator,
            AccessPolicy policy,
            RepositoryService repositories,
            RegistrySettings settings) {
        this.authenticator = authenticator;
        this.policy = policy;
        this.repositories = repositories;
        this.settings = settings;
    }

    @ServerRequestFilter
    public void filter(ResteasyReactiveContainerRequestContext request, ResourceInfo handler, RoutingContext context)
            throws IOException {
        if (context.response().closed()) {
            throw new RequestBody.ClientGone("the client is gone", null);
        }
        Permission needed = needed(handler).filter(this::isServedHere).orElseThrow(NotFoundException::new);
        switch (needed) {
            // An upload's location carries its own permission, signed when the upload was begun.
            case NONE, CATALOG, UPLOAD_STATE -> {}
            case PULL -> pull(request, context);
            case PUSH -> change(request, context, Action.PUSH);
            case DELETE -> change(request, context, Action.DELETE);
            case ADMINISTRATION -> administrate(request, context);
        }
        Gate.admit(context);
    }

    /** What a resource's method declares; empty: nothing, so nobody may call it. */
    public static Optional<Permission> needed(ResourceInfo handler) {
        return Optional.ofNullable(handler.getResourceMethod().getAnnotation(Needs.class))
                .or(() -> Optional.ofNullable(handler.getResourceClass().getAnnotation(Needs.class)))
                .map(Needs::value);
    }

    private boolean isServedHere(Permission needed) {
        return !settings.uploadsOnly() || needed == Permission.UPLOAD_STATE;
    }

    private void pull(ResteasyReactiveContainerRequestContext request, RoutingContext context) {
        RepositoryName name = name(request);
        Caller caller = caller(request, context, scope(name, Action.PULL));
        Pull pull = repositories.pull(name);
        request.setProperty(PULL, pull);
        require(policy.allowsPull(caller, pull), caller, Action.PULL, name);
    }

    private void change(ResteasyReactiveContainerRequestContext request, RoutingContext context, Action action) {
        RepositoryName name = name(request);
        Caller caller = caller(request, context, scope(name, action));
        require(policy.allowsChange(caller, name, action), caller, action, name);
    }

    private void administrate(ContainerRequestContext request, RoutingContext context) {
        Caller caller = caller(request, context, AccessPolicy.ADMINISTRATION);
        if (caller.isAnonymous()) {
            throw new Unauthorized("log in as the administrator");
        }
        if (!policy.allowsAdministration(caller)) {
            throw new Denied("this token is for repositories; ask for one with scope=" + AccessPolicy.ADMINISTRATION);
        }
    }

    private Caller caller(ContainerRequestContext request, RoutingContext context, String scope) {
        request.setProperty(SCOPE, scope);
        Caller caller = authenticator.caller(context.request());
        request.setProperty(CALLER, caller);
        return caller;
    }

    private static void require(boolean allowed, Caller caller, Action action, RepositoryName name) {
        if (!allowed) {
            throw new Unauthorized(
                    caller.isAnonymous()
                            ? "log in to " + action.wireForm() + " in '" + name + "'"
                            : "these credentials do not allow to " + action.wireForm() + " in '" + name + "'");
        }
    }

    private static RepositoryName name(ResteasyReactiveContainerRequestContext request) {
        // By UriInfo, every request would make a map of lists of its one parameter.
        var matched = (ResteasyReactiveRequestContext) request.getServerRequestContext();
        return new RepositoryName(matched.getPathParameter("name", false));
    }

    /** What the sender of a GET or HEAD may see. */
    public static Pull pulled(ContainerRequestContext request) {
        return (Pull) Objects.requireNonNull(request.getProperty(PULL));
    }

    /** What to ask a token for. A push reads, too. */
    private static String scope(RepositoryName name, Action action) {
        return "repository:" + name + ":" + (action == Action.PUSH ? "pull,push" : action.wireForm());
    }
}
