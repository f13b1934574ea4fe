package dev.lading.management.account;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.grant.Role;
import dev.lading.grant.Target;
import dev.lading.management.access.Right;
import dev.lading.management.api.Filter;
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

/** {@code roles/}: what there is to give. All are built in, and nobody changes them. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class RoleResource {
    private static final String LIST = "roles";
    private static final String HREF = "role_href";

    static final Model<Role> ROLE = ResourceModel.<Role>model(
                    ResourceType.ROLE, "Role", Role::id, role -> Instant.EPOCH, role -> Instant.EPOCH)
            .tells("name", Schema.TEXT, Role::name)
            .shows("description", Schema.TEXT.orNull(), Role::description)
            .tells("permissions", Schema.listOf(Schema.TEXT), Role::permissions)
            .shows("locked", Schema.BOOLEAN, role -> true);

    public static final Listing<Role> ROLES = ResourceModel.listing(ROLE, Role::id)
            .filter("name", Schema.TEXT, Lookup.NAMES)
            .filter("description", Schema.TEXT, List.of(Lookup.EXACT, Lookup.IEXACT, Lookup.CONTAINS, Lookup.ICONTAINS))
            .filter("locked", Schema.BOOLEAN, List.of(Lookup.EXACT))
            .filter(new Filter<>(
                    "contains_permission",
                    Schema.listOf(Schema.TEXT),
                    true,
                    values -> role -> values.stream().anyMatch(role.permissions()::contains)))
            .filter(new Filter<>("for_object_type", Schema.TEXT, false, values -> {
                Target.Kind kind = Objects.kind("for_object_type", values.getFirst());
                return role -> role.isGivenOn(kind);
            }))
            .orders("name", "description", "locked");

    public static final List<Model<?>> MODELS = List.of(ROLE);

    private final Pages pages;

    public RoleResource(Pages pages) {
        this.pages = pages;
    }

    @GET
    @Path(LIST)
    @Right(Right.BY_CALLER)
    @Operation(id = "roles_list", summary = "List roles, by name", answers = "200")
    public Response list(@Context UriInfo uri) {
        return pages.page(ROLES, ListingSource.of(Role.BUILT_IN::stream), uri);
    }

    @GET
    @Path(LIST + "/{" + HREF + "}")
    @Right(Right.BY_CALLER)
    @Operation(id = "roles_read", summary = "Show a role", answers = "200 RoleResponse")
    public Response read(@PathParam(HREF) String text, @Context UriInfo uri) {
        UUID id = ResourceModel.pathId(text);
        Role role = Role.BUILT_IN.stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(Problem::notFound);
        return Responses.ok(ROLE, role, uri);
    }
}
