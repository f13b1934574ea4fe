package dev.lading.registry;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.http.mirror.Mirrored;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/**
 * {@code /v2/}: tells clients that this is a registry, and where to log in. Source: distribution-spec v1.1,
 * "Determining support".
 */
@Path("/v2")
public class BaseResource {
    /**
     * Answers 401 with the challenge if there are no credentials, although anonymous pulls may be allowed: docker's
     * login checks a password here, and would accept any. A mirror does so only if it is private.
     */
    @Needs(Permission.CREDENTIALS)
    @Mirrored
    @GET
    public Response get() {
        return Response.ok("{}", MediaType.APPLICATION_JSON_TYPE).build();
    }
}
