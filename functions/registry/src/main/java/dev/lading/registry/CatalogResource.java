package dev.lading.registry;

import dev.lading.oci.RepositoryName;
import dev.lading.repository.DistributionService;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Optional;

/** {@code /v2/_catalog}. Source: docker's Registry HTTP API V2, "Listing Repositories". */
@Path("/v2")
public class CatalogResource {
    private final DistributionService distributions;
    private final RegistryUrls urls;

    public CatalogResource(DistributionService distributions, RegistryUrls urls) {
        this.distributions = distributions;
        this.urls = urls;
    }

    /** The response body. */
    public record Catalog(List<String> repositories) {}

    @GET
    @Path("/_catalog")
    public Response list(@QueryParam("n") String n, @QueryParam("last") String last, @Context UriInfo uri) {
        int limit = Paging.limit(n);
        var listing = distributions.basePaths(
                Optional.ofNullable(last).filter(name -> !name.isEmpty()).map(RepositoryName::new), limit);
        List<String> names =
                listing.entries().stream().map(RepositoryName::value).toList();
        Response.ResponseBuilder response = Response.ok(new Catalog(names), MediaType.APPLICATION_JSON_TYPE);
        if (listing.more() && !names.isEmpty()) {
            response.header(HttpHeaders.LINK, urls.next(uri, "/v2/_catalog", "n", limit, "last", names.getLast()));
        }
        return response.build();
    }
}
