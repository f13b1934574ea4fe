package dev.lading.management.account;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.grant.Role;
import dev.lading.grant.RoleService;
import dev.lading.grant.Target;
import dev.lading.management.access.Right;
import dev.lading.management.api.Body;
import dev.lading.management.api.Filter;
import dev.lading.management.api.Listing;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.Responses;
import dev.lading.operation.ResourceType;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@code roles/}: what there is to give. Nobody changes those that are built in; administrators make others. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class RoleResource {
    private static final String LIST = "roles";
    private static final String HREF = "role_href";
    private static final String ONE = LIST + "/{" + HREF + "}";
    private static final String PERMISSIONS = "permissions";
    private static final int MAX_DESCRIPTION = 1_000;

    public static final Model<Role> ROLE = ResourceModel.<Role>model(
                    ResourceType.ROLE, "Role", Role::id, RoleResource::created, RoleResource::created)
            .requires("name", Schema.TEXT.filled(), Role::name)
            .allows(
                    "description",
                    Schema.TEXT.filled().upToLength(MAX_DESCRIPTION).orNull(),
                    RoleResource::description)
            .requires(PERMISSIONS, Schema.listOf(Schema.TEXT), Role::permissions)
            .shows("locked", Schema.BOOLEAN, Role::isBuiltIn);

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

    private static Instant created(Role role) {
        return role.created().orElse(Instant.EPOCH);
    }

    private static Optional<String> description(Role role) {
        return Optional.of(role.description()).filter(text -> !text.isEmpty());
    }

    public static final List<Model<?>> MODELS = List.of(ROLE);

    private final RoleService roles;
    private final Pages pages;

    public RoleResource(RoleService roles, Pages pages) {
        this.roles = roles;
        this.pages = pages;
    }

    @GET
    @Path(LIST)
    @Right(Right.BY_CALLER)
    @Operation(id = "roles_list", summary = "List roles, by name", answers = "200")
    public Response list(@Context UriInfo uri) {
        return pages.page(ROLES, ListingSource.of(roles::all).by("name", name -> roles.find(name).stream()), uri);
    }

    @POST
    @Path(LIST)
    @Operation(id = "roles_create", summary = "Make a role", body = "Role", answers = "201 RoleResponse")
    public Response create(@Context RoutingContext request) throws IOException {
        Role role = create(Body.read(ROLE, request, false));
        return Responses.created(ResourceType.ROLE.href(role.id()), ROLE, role);
    }

    public Role create(Values body) {
        return roles.create(body.text("name"), body.text("description", ""), body.texts(PERMISSIONS, List.of()));
    }

    @GET
    @Path(ONE)
    @Right(Right.BY_CALLER)
    @Operation(id = "roles_read", summary = "Show a role", answers = "200 RoleResponse")
    public Response read(@PathParam(HREF) String id, @Context UriInfo uri) {
        return Responses.ok(ROLE, role(id), uri);
    }

    private Role role(String id) {
        return roles.find(ResourceModel.pathId(id)).orElseThrow(Problem::notFound);
    }

    @PUT
    @Path(ONE)
    @Operation(
            id = "roles_update",
            summary = "Change a role that is not built in",
            body = "Role",
            answers = "200 RoleResponse")
    public Response update(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return change(id, request, false);
    }

    @PATCH
    @Path(ONE)
    @Operation(
            id = "roles_partial_update",
            summary = "Change some fields of a role that is not built in",
            body = "Role",
            partial = true,
            answers = "200 RoleResponse")
    public Response partialUpdate(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return change(id, request, true);
    }

    private Response change(String id, RoutingContext request, boolean partial) throws IOException {
        Role before = role(id);
        String otherwise = partial ? before.description() : "";
        return Responses.ok(ROLE, change(before, Body.read(ROLE, request, partial), otherwise));
    }

    /** @param description if the body says none */
    public Role change(Role before, Values body, String description) {
        return roles.update(
                before.id(),
                body.text("name", before.name()),
                body.text("description", description),
                body.texts(PERMISSIONS, before.permissions()));
    }

    @DELETE
    @Path(ONE)
    @Operation(id = "roles_delete", summary = "Delete a role that nobody has", answers = "204")
    public Response delete(@PathParam(HREF) String id) {
        roles.delete(ResourceModel.pathId(id));
        return Response.noContent().build();
    }
}
