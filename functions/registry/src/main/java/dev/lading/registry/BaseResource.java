package dev.lading.registry;

import dev.lading.access.Authenticator;
import dev.lading.access.Caller;
import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.oci.RegistryException.Unauthorized;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** {@code /v2/}: whether this is a registry, and where to log in. Source: distribution-spec v1.1, "Determining support". */
@Path("/v2")
public class BaseResource {
    private final Authenticator authenticator;

    public BaseResource(Authenticator authenticator) {
        this.authenticator = authenticator;
    }

    /**
     * 401 with the challenge where there are no credentials, although anybody may pull: docker's login asks here whether
     * a password is right, and would take any.
     */
    @Needs(Permission.NONE)
    @GET
    public Response get(@Context HttpServerRequest request) {
        if (authenticator.caller(request) instanceof Caller.Anonymous) {
            throw new Unauthorized("ask the realm for a token; one for pulling needs no password");
        }
        return Response.ok("{}", MediaType.APPLICATION_JSON_TYPE).build();
    }
}
