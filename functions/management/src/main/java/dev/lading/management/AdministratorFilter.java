package dev.lading.management;

import dev.lading.access.AccessPolicy;
import dev.lading.access.Authenticator;
import dev.lading.access.Caller;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.oci.RegistryException.Unauthorized;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Lets nobody but the administrator administrate. */
public class AdministratorFilter {
    private final Authenticator authenticator;
    private final AccessPolicy policy;

    public AdministratorFilter(Authenticator authenticator, AccessPolicy policy) {
        this.authenticator = authenticator;
        this.policy = policy;
    }

    @ServerRequestFilter
    public void filter(ContainerRequestContext request, ResourceInfo resource) {
        if (!ApiPath.covers(request.getUriInfo().getRequestUri().getRawPath()) || isOpen(resource)) {
            return;
        }
        Caller caller;
        try {
            caller = authenticator.caller(request.getHeaderString(HttpHeaders.AUTHORIZATION));
        } catch (Unauthorized e) {
            throw Problem.detail(401, e.getMessage());
        }
        if (caller.isAnonymous()) {
            throw Problem.detail(401, "log in as the administrator");
        }
        if (!policy.allowsAdministration(caller)) {
            throw Problem.detail(
                    403, "this token is for repositories; ask for one with scope=" + AccessPolicy.ADMINISTRATION);
        }
    }

    private static boolean isOpen(ResourceInfo resource) {
        Operation operation = resource.getResourceMethod().getAnnotation(Operation.class);
        return resource.getResourceClass() == ApiDocumentResource.class || (operation != null && operation.open());
    }
}
