package dev.lading.registry;

import dev.lading.access.AccessPolicy;
import dev.lading.access.Action;
import dev.lading.access.Authenticator;
import dev.lading.access.Caller;
import dev.lading.oci.RegistryException.Unauthorized;
import dev.lading.oci.RepositoryName;
import dev.lading.repository.Pull;
import dev.lading.repository.RepositoryService;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Objects;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Decides on every request that names a repository, before its resource runs. What a pull may see is handed on to the
 * resource, so that it is neither read again nor read by another way.
 */
public class AccessFilter {
    static final String CALLER = "dev.lading.caller";
    static final String SCOPE = "dev.lading.scope";

    private static final String PULL = "dev.lading.pull";

    private final Authenticator authenticator;
    private final AccessPolicy policy;
    private final RepositoryService repositories;

    public AccessFilter(Authenticator authenticator, AccessPolicy policy, RepositoryService repositories) {
        this.authenticator = authenticator;
        this.policy = policy;
        this.repositories = repositories;
    }

    @ServerRequestFilter
    public void filter(ContainerRequestContext request) {
        var parameters = request.getUriInfo().getPathParameters();
        // An upload's location carries its own permission, signed when the upload was begun.
        if (!parameters.containsKey("name") || parameters.containsKey("upload")) {
            return;
        }
        RepositoryName name = new RepositoryName(parameters.getFirst("name"));
        Action action = action(request.getMethod());
        request.setProperty(SCOPE, scope(name, action));
        Caller caller = authenticator.caller(request.getHeaderString(HttpHeaders.AUTHORIZATION));
        request.setProperty(CALLER, caller);
        if (!allows(request, caller, name, action)) {
            throw new Unauthorized(
                    caller.isAnonymous()
                            ? "log in to " + action.wireForm() + " in '" + name + "'"
                            : "these credentials do not allow to " + action.wireForm() + " in '" + name + "'");
        }
    }

    private boolean allows(ContainerRequestContext request, Caller caller, RepositoryName name, Action action) {
        if (action != Action.PULL) {
            return policy.allowsChange(caller, name, action);
        }
        Pull pull = repositories.pull(name);
        request.setProperty(PULL, pull);
        return policy.allowsPull(caller, pull);
    }

    /** What the sender of a GET or HEAD may see. */
    static Pull pull(ContainerRequestContext request) {
        return (Pull) Objects.requireNonNull(request.getProperty(PULL));
    }

    private static Action action(String method) {
        return switch (method) {
            case HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS -> Action.PULL;
            case HttpMethod.DELETE -> Action.DELETE;
            default -> Action.PUSH;
        };
    }

    /** What to ask a token for. A push reads, too. */
    private static String scope(RepositoryName name, Action action) {
        return "repository:" + name + ":" + (action == Action.PUSH ? "pull,push" : action.wireForm());
    }
}
