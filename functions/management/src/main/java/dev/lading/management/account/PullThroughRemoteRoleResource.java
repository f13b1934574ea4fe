package dev.lading.management.account;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.grant.Rights;
import dev.lading.grant.Target;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Operation;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.ResourceModel;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteKind;
import dev.lading.remote.RemoteService;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.function.Predicate;

/** Who may do what with a pull-through remote. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class PullThroughRemoteRoleResource {
    private static final String HREF = "container_container_pull_through_remote_href";
    private static final String ONE = "remotes/container/pull-through/{" + HREF + "}";

    private final RemoteService remotes;
    private final ObjectRoles roles;

    public PullThroughRemoteRoleResource(RemoteService remotes, ObjectRoles roles) {
        this.remotes = remotes;
        this.roles = roles;
    }

    private Remote get(String id) {
        return remotes.get(RemoteKind.PULL_THROUGH, new RemoteId(ResourceModel.pathId(id)));
    }

    private static Predicate<String> holds(Remote remote, RoutingContext request) {
        Rights rights = Access.rights(request);
        return permission -> rights.on(remote, permission);
    }

    @POST
    @Path(ONE + "/add_role")
    @Right("manage_roles_containerpullthroughremote")
    @Operation(
            id = "remotes_container_pull_through_add_role",
            summary = "Give users a role on a pull-through remote",
            body = "NestedRole",
            answers = "201 NestedRoleResponse")
    public Response addRole(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        Remote remote = get(id);
        return roles.add(Target.remote(RemoteKind.PULL_THROUGH, remote.id()), holds(remote, request), request);
    }

    @POST
    @Path(ONE + "/remove_role")
    @Right("manage_roles_containerpullthroughremote")
    @Operation(
            id = "remotes_container_pull_through_remove_role",
            summary = "Take a role on a pull-through remote from users",
            body = "NestedRole",
            answers = "201 NestedRoleResponse")
    public Response removeRole(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return roles.remove(Target.remote(RemoteKind.PULL_THROUGH, get(id).id()), request);
    }

    @GET
    @Path(ONE + "/list_roles")
    @Right("manage_roles_containerpullthroughremote")
    @Operation(
            id = "remotes_container_pull_through_list_roles",
            summary = "List who has which role on a pull-through remote",
            answers = "200 ObjectRolesResponse")
    public Response listRoles(@PathParam(HREF) String id) {
        return roles.list(Target.remote(RemoteKind.PULL_THROUGH, get(id).id()));
    }

    @GET
    @Path(ONE + "/my_permissions")
    @Right("view_containerpullthroughremote")
    @Operation(
            id = "remotes_container_pull_through_my_permissions",
            summary = "List the caller's permissions on a pull-through remote",
            answers = "200 MyPermissionsResponse")
    public Response myPermissions(@PathParam(HREF) String id, @Context RoutingContext request) {
        return ObjectRoles.mine(Target.Kind.PULL_THROUGH_REMOTE, holds(get(id), request));
    }
}
