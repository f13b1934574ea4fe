package dev.lading.management.account;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.account.GroupService;
import dev.lading.account.PrincipalId;
import dev.lading.management.api.Listing;
import dev.lading.management.api.Model;
import dev.lading.management.api.Operation;
import dev.lading.management.resource.ApiPath;
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

/** {@code groups/<id>/roles/}: what a group was given, which its users have. */
@Path(ApiPath.ROOT)
@Needs(Permission.ADMINISTRATION)
public class GroupRoleResource {
    private static final String HOLDER = "group_href";
    private static final String LIST = "groups/{" + HOLDER + "}/roles";
    private static final String HREF = "groups_group_role_href";
    private static final String ONE = LIST + "/{" + HREF + "}";
    private static final HeldRoles.Kind KIND = HeldRoles.Kind.of("GroupRole", "core.grouprole", GroupModel::href);

    public static final Listing<HeldRoles.Held> GRANTS = KIND.listing();
    public static final List<Model<?>> MODELS = List.of(KIND.model());

    private final GroupService groups;
    private final HeldRoles roles;

    public GroupRoleResource(GroupService groups, HeldRoles roles) {
        this.groups = groups;
        this.roles = roles;
    }

    private PrincipalId holder(String id) {
        return groups.get(UserResource.pathId(id)).id();
    }

    @GET
    @Path(LIST)
    @Operation(id = "groups_roles_list", summary = "List the roles that a group was given", answers = "200")
    public Response list(@PathParam(HOLDER) String id, @Context UriInfo uri) {
        return roles.list(KIND, holder(id), uri);
    }

    @POST
    @Path(LIST)
    @Operation(
            id = "groups_roles_create",
            summary = "Give a group a role, on one object or on everything",
            body = "GroupRole",
            answers = "201 GroupRoleResponse")
    public Response create(@PathParam(HOLDER) String id, @Context RoutingContext request) throws IOException {
        return roles.create(KIND, holder(id), request);
    }

    @GET
    @Path(ONE)
    @Operation(
            id = "groups_roles_read",
            summary = "Show a role that a group was given",
            answers = "200 GroupRoleResponse")
    public Response read(@PathParam(HOLDER) String id, @PathParam(HREF) String grant, @Context UriInfo uri) {
        return roles.read(KIND, holder(id), grant, uri);
    }

    @DELETE
    @Path(ONE)
    @Operation(
            id = "groups_roles_delete",
            summary = "Take a role from a group, and end the tokens it counts in",
            answers = "204")
    public Response delete(@PathParam(HOLDER) String id, @PathParam(HREF) String grant) {
        return roles.delete(holder(id), grant);
    }
}
