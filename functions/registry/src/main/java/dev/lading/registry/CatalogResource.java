package dev.lading.registry;

import dev.lading.access.Authorizer;
import dev.lading.access.Caller;
import dev.lading.access.Check;
import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.distribution.DistributionService;
import dev.lading.grant.RightsService;
import dev.lading.grant.VisibleObjects;
import dev.lading.http.AccessFilter;
import dev.lading.http.RegistryUrls;
import dev.lading.oci.RepositoryName;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /v2/_catalog}. Source: docker's Registry HTTP API V2, "Listing Repositories". */
@Path("/v2")
public class CatalogResource {
    private final Authorizer authorizer;
    private final DistributionService distributions;
    private final RightsService rights;
    private final VisibleObjects visible;
    private final RegistryUrls urls;

    public CatalogResource(
            Authorizer authorizer,
            DistributionService distributions,
            RightsService rights,
            VisibleObjects visible,
            RegistryUrls urls) {
        this.authorizer = authorizer;
        this.distributions = distributions;
        this.rights = rights;
        this.visible = visible;
        this.urls = urls;
    }

    /** The response body. */
    public record Catalog(List<String> repositories) {}

    /** Lists names that may be pulled anonymously; private ones to the administrator, and to users who may pull them. */
    @Needs(Permission.CATALOG)
    @GET
    @Path("/_catalog")
    public Response list(
            @QueryParam("n") @Nullable String n,
            @QueryParam("last") @Nullable String last,
            @Context ContainerRequestContext request) {
        Caller caller = AccessFilter.caller(request);
        int limit = Paging.limit(n);
        var listing = caller.listing()
                .flatMap(rights::of)
                .map(held -> visible.pulled(held, Paging.behind(last), limit))
                .orElseGet(() ->
                        distributions.basePaths(Paging.behind(last), limit, authorizer.allows(caller, Check.CATALOG)));
        List<String> names =
                listing.entries().stream().map(RepositoryName::value).toList();
        Response.ResponseBuilder response = Response.ok(new Catalog(names), MediaType.APPLICATION_JSON_TYPE);
        if (listing.more() && !names.isEmpty()) {
            response.header(
                    HttpHeaders.LINK, urls.address(request, "/v2/_catalog").next("n", limit, "last", names.getLast()));
        }
        return response.build();
    }
}
