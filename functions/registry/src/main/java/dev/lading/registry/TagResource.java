package dev.lading.registry;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.content.ManifestService;
import dev.lading.history.Pull;
import dev.lading.history.row.TagEntry;
import dev.lading.http.AccessFilter;
import dev.lading.http.RegistryUrls;
import dev.lading.http.mirror.Mirrored;
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

/** {@code /v2/<name>/tags/list}. Source: distribution-spec v1.1, end-8. */
@Path("/v2")
public class TagResource {
    private final ManifestService manifests;
    private final RegistryUrls urls;

    public TagResource(ManifestService manifests, RegistryUrls urls) {
        this.manifests = manifests;
        this.urls = urls;
    }

    /** The response body. */
    public record TagList(String name, List<String> tags) {}

    @Needs(Permission.PULL)
    @Mirrored
    @GET
    @Path("/{name}/tags/list")
    public Response list(
            @QueryParam("n") @Nullable String n,
            @QueryParam("last") @Nullable String last,
            @Context ContainerRequestContext request) {
        Pull pull = AccessFilter.pulled(request);
        String name = AccessFilter.asked(request).value();
        int limit = Paging.limit(n);
        var listing = manifests.tags(pull, Paging.behind(last), limit);
        List<String> tags = listing.entries().stream().map(TagEntry::name).toList();
        Response.ResponseBuilder response = Response.ok(new TagList(name, tags), MediaType.APPLICATION_JSON_TYPE);
        if (listing.more() && !tags.isEmpty()) {
            response.header(
                    HttpHeaders.LINK,
                    urls.address(request, "/v2/" + name + "/tags/list").next("n", limit, "last", tags.getLast()));
        }
        return response.build();
    }
}
