package dev.lading.management;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.management.access.Right;
import dev.lading.management.api.Listing;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.Responses;
import dev.lading.operation.ResourceType;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** {@code access_policies/}: what each operation needs. They are the program's; roles are what administrators change. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class AccessPolicyResource {
    private static final ResourceType TYPE = new ResourceType("access_policies", "core.accesspolicy");
    private static final String HREF = "access_policy_href";

    static final Model<AccessPolicy> MODEL = ResourceModel.<AccessPolicy>model(
                    TYPE, "AccessPolicy", AccessPolicy::id, any -> Instant.EPOCH, any -> Instant.EPOCH)
            .shows("permissions_assignment", Schema.listOf(Schema.ANY), any -> List.of())
            .shows("creation_hooks", Schema.listOf(Schema.ANY), any -> List.of())
            .shows("statements", Schema.listOf(Schema.ANY), AccessPolicy::statements)
            .shows("viewset_name", Schema.TEXT, AccessPolicy::viewset)
            .shows("customized", Schema.BOOLEAN, any -> false)
            .shows("queryset_scoping", Schema.ANY, any -> null);

    static final Listing<AccessPolicy> LIST = ResourceModel.listing(MODEL, AccessPolicy::id)
            .filter("viewset_name", Schema.TEXT, List.of(Lookup.EXACT, Lookup.IN, Lookup.CONTAINS))
            .filter("customized", Schema.BOOLEAN, List.of(Lookup.EXACT));

    private final List<AccessPolicy> policies = AccessPolicy.of(ApiDocumentResource.RESOURCES);
    private final Pages pages;

    public AccessPolicyResource(Pages pages) {
        this.pages = pages;
    }

    @GET
    @Path("access_policies")
    @Right(Right.BY_CALLER)
    @Operation(id = "access_policies_list", summary = "List what operations need, by kind of object", answers = "200")
    public Response list(@Context UriInfo uri) {
        return pages.page(LIST, ListingSource.of(policies::stream), uri);
    }

    @GET
    @Path("access_policies/{" + HREF + "}")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "access_policies_read",
            summary = "Show what the operations of one kind of object need",
            answers = "200 AccessPolicyResponse")
    public Response read(@PathParam(HREF) String href, @Context UriInfo uri) {
        UUID id = ResourceModel.pathId(href);
        AccessPolicy policy = policies.stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(Problem::notFound);
        return Responses.ok(MODEL, policy, uri);
    }
}
