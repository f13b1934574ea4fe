package dev.lading.management.account;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.PullThroughDistribution;
import dev.lading.distribution.PullThroughService;
import dev.lading.grant.Rights;
import dev.lading.grant.Target;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Operation;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.ResourceModel;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.function.Predicate;

/** Who may do what with a pull-through distribution. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class PullThroughRoleResource {
    private static final String HREF = "container_container_pull_through_distribution_href";
    private static final String ONE = "distributions/container/pull-through/{" + HREF + "}";

    private final PullThroughService distributions;
    private final ObjectRoles roles;

    public PullThroughRoleResource(PullThroughService distributions, ObjectRoles roles) {
        this.distributions = distributions;
        this.roles = roles;
    }

    private PullThroughDistribution get(String id) {
        return distributions.get(new DistributionId(ResourceModel.pathId(id)));
    }

    private static Predicate<String> holds(PullThroughDistribution distribution, RoutingContext request) {
        Rights rights = Access.rights(request);
        return permission -> rights.on(distribution, permission);
    }

    @POST
    @Path(ONE + "/add_role")
    @Right("manage_roles_containerpullthroughdistribution")
    @Operation(
            id = "distributions_container_pull_through_add_role",
            summary = "Give users a role on a pull-through distribution",
            body = "NestedRole",
            answers = "201 NestedRoleResponse")
    public Response addRole(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        PullThroughDistribution distribution = get(id);
        return roles.add(Target.pullThrough(distribution.id()), holds(distribution, request), request);
    }

    @POST
    @Path(ONE + "/remove_role")
    @Right("manage_roles_containerpullthroughdistribution")
    @Operation(
            id = "distributions_container_pull_through_remove_role",
            summary = "Take a role on a pull-through distribution from users",
            body = "NestedRole",
            answers = "201 NestedRoleResponse")
    public Response removeRole(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return roles.remove(Target.pullThrough(get(id).id()), request);
    }

    @GET
    @Path(ONE + "/list_roles")
    @Right("manage_roles_containerpullthroughdistribution")
    @Operation(
            id = "distributions_container_pull_through_list_roles",
            summary = "List who has which role on a pull-through distribution",
            answers = "200 ObjectRolesResponse")
    public Response listRoles(@PathParam(HREF) String id) {
        return roles.list(Target.pullThrough(get(id).id()));
    }

    @GET
    @Path(ONE + "/my_permissions")
    @Right("view_containerpullthroughdistribution")
    @Operation(
            id = "distributions_container_pull_through_my_permissions",
            summary = "List the caller's permissions on a pull-through distribution",
            answers = "200 MyPermissionsResponse")
    public Response myPermissions(@PathParam(HREF) String id, @Context RoutingContext request) {
        return ObjectRoles.mine(Target.Kind.PULL_THROUGH, holds(get(id), request));
    }
}
