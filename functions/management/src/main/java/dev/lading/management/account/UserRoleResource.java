package dev.lading.management.account;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.account.User;
import dev.lading.account.UserService;
import dev.lading.grant.Grant;
import dev.lading.grant.GrantService;
import dev.lading.grant.Role;
import dev.lading.grant.Target;
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
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@code users/<id>/roles/}: what a user was given, on everything or on one object. */
@Path(ApiPath.ROOT)
@Needs(Permission.ADMINISTRATION)
public class UserRoleResource {
    private static final String USER = "auth_user_href";
    private static final String LIST = "users/{" + USER + "}/roles";
    private static final String HREF = "auth_users_user_role_href";
    private static final String ONE = LIST + "/{" + HREF + "}";
    private static final String OBJECT = "content_object";

    static final Model<Grant> ROLE = new Model<Grant>("UserRole")
            .shows("pulp_href", Schema.URI, UserRoleResource::href)
            .shows("prn", Schema.TEXT, grant -> "prn:core.userrole:" + grant.id())
            .shows("pulp_created", Schema.TIME, Grant::created)
            .shows("pulp_last_updated", Schema.TIME, Grant::created)
            .requires("role", Schema.TEXT.filled(), Grant::role)
            .allows(OBJECT, Schema.TEXT.filled().orNull(), grant -> Objects.href(grant.target()))
            .allows(OBJECT + "_prn", Schema.TEXT.filled().orNull(), grant -> Objects.prn(grant.target()))
            .shows("description", Schema.TEXT, grant -> role(grant).map(Role::description))
            .shows(
                    "permissions",
                    Schema.listOf(Schema.TEXT),
                    grant -> role(grant).map(Role::permissions).orElse(List.of()))
            .allows("domain", Schema.URI.orNull(), grant -> null);

    public static final Listing<Grant> GRANTS = new Listing<>(ROLE)
            .identified()
            .filter("pulp_id", Schema.UUID, List.of(Lookup.IN), Grant::id)
            .filter(
                    "role",
                    Schema.TEXT,
                    List.of(Lookup.EXACT, Lookup.IN, Lookup.CONTAINS, Lookup.ICONTAINS, Lookup.STARTSWITH))
            .filter(new Filter<>(OBJECT, Schema.TEXT, false, values -> {
                // As Pulp's command line asks for those on everything.
                Optional<String> wanted = Optional.of(values.getFirst()).filter(text -> !text.equals("null"));
                return grant -> Objects.href(grant.target()).equals(wanted)
                        || (wanted.isPresent() && Objects.prn(grant.target()).equals(wanted));
            }))
            .filter("domain", Schema.TEXT, List.of(Lookup.EXACT))
            .orders("role", "pulp_created");

    public static final List<Model<?>> MODELS = List.of(ROLE);

    private final UserService users;
    private final GrantService grants;
    private final Objects objects;
    private final Pages pages;

    public UserRoleResource(UserService users, GrantService grants, Objects objects, Pages pages) {
        this.users = users;
        this.grants = grants;
        this.objects = objects;
        this.pages = pages;
    }

    private static String href(Grant grant) {
        return UserModel.href(grant.user()) + "roles/" + grant.id() + "/";
    }

    private static Optional<Role> role(Grant grant) {
        return Role.find(grant.role());
    }

    @GET
    @Path(LIST)
    @Operation(id = "users_roles_list", summary = "List the roles that a user was given", answers = "200")
    public Response list(@PathParam(USER) String id, @Context UriInfo uri) {
        User user = user(id);
        return pages.page(GRANTS, ListingSource.of(() -> grants.ofUser(user.id())), uri);
    }

    private User user(String id) {
        return users.get(UserResource.pathId(id));
    }

    @POST
    @Path(LIST)
    @Operation(
            id = "users_roles_create",
            summary = "Give a user a role, on one object or on everything",
            body = "UserRole",
            answers = "201 UserRoleResponse")
    public Response create(@PathParam(USER) String id, @Context RoutingContext request) throws IOException {
        User user = user(id);
        Values body = Body.read(ROLE, request, false);
        if (!body.has(OBJECT) && !body.has(OBJECT + "_prn")) {
            throw Problem.field(OBJECT, "say the href of an object, or null for everything");
        }
        Target target = body.text(OBJECT, Optional.empty())
                .or(() -> body.text(OBJECT + "_prn", Optional.empty()))
                .map(reference -> objects.target(OBJECT, reference))
                .orElse(Target.EVERYTHING);
        Grant grant = grants.give(user.id(), body.text("role"), target);
        return Responses.created(href(grant), ROLE, grant);
    }

    @GET
    @Path(ONE)
    @Operation(id = "users_roles_read", summary = "Show a role that a user was given", answers = "200 UserRoleResponse")
    public Response read(@PathParam(USER) String id, @PathParam(HREF) String grant, @Context UriInfo uri) {
        return Responses.ok(ROLE, grant(id, grant), uri);
    }

    private Grant grant(String user, String text) {
        UUID id = ResourceModel.pathId(text);
        return grants.find(user(user).id(), id).orElseThrow(Problem::notFound);
    }

    @DELETE
    @Path(ONE)
    @Operation(id = "users_roles_delete", summary = "Take a role from a user, and end their tokens", answers = "204")
    public Response delete(@PathParam(USER) String id, @PathParam(HREF) String grant) {
        grants.take(grant(id, grant));
        return Response.noContent().build();
    }
}
