package dev.lading.console;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;

/** {@code /}: sends browsers to the console, and tells others what they always were told. */
@Path("/")
@Needs(Permission.NONE)
public class RootPage {
    private final ConsolePages pages;

    public RootPage(ConsolePages pages) {
        this.pages = pages;
    }

    @GET
    public Response read(@Context HttpHeaders headers, @Context RoutingContext request) {
        // Clients that take anything are not browsers: curl, docker.
        MediaType first = headers.getAcceptableMediaTypes().getFirst();
        if (first.getType().equals("text") && first.getSubtype().equals("html")) {
            return pages.seeOther("", Map.of("Vary", "Accept"));
        }
        request.response().putHeader("Vary", "Accept");
        throw new NotFoundException();
    }
}
