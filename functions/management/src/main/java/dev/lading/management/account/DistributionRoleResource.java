package dev.lading.management.account;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.distribution.Distribution;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.DistributionService;
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

/** Who may do what at a distribution. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class DistributionRoleResource {
    private static final String HREF = "container_container_distribution_href";
    private static final String ONE = "distributions/container/container/{" + HREF + "}";

    private final DistributionService distributions;
    private final ObjectRoles roles;

    public DistributionRoleResource(DistributionService distributions, ObjectRoles roles) {
        this.distributions = distributions;
        this.roles = roles;
    }

    private Distribution get(String id) {
        return distributions.get(new DistributionId(ResourceModel.pathId(id)));
    }

    private static Predicate<String> holds(Distribution distribution, RoutingContext request) {
        Rights rights = Access.rights(request);
        return permission -> rights.on(distribution, permission);
    }

    @POST
    @Path(ONE + "/add_role")
    @Right("manage_roles_containerdistribution")
    @Operation(
            id = "distributions_container_container_add_role",
            summary = "Give users a role on a distribution",
            body = "NestedRole",
            answers = "201 NestedRoleResponse")
    public Response addRole(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        Distribution distribution = get(id);
        return roles.add(Target.distribution(distribution.id()), holds(distribution, request), request);
    }

    @POST
    @Path(ONE + "/remove_role")
    @Right("manage_roles_containerdistribution")
    @Operation(
            id = "distributions_container_container_remove_role",
            summary = "Take a role on a distribution from users",
            body = "NestedRole",
            answers = "201 NestedRoleResponse")
    public Response removeRole(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return roles.remove(Target.distribution(get(id).id()), request);
    }

    @GET
    @Path(ONE + "/list_roles")
    @Right("manage_roles_containerdistribution")
    @Operation(
            id = "distributions_container_container_list_roles",
            summary = "List who has which role on a distribution",
            answers = "200 ObjectRolesResponse")
    public Response listRoles(@PathParam(HREF) String id) {
        return roles.list(Target.distribution(get(id).id()));
    }

    @GET
    @Path(ONE + "/my_permissions")
    @Right("view_containerdistribution")
    @Operation(
            id = "distributions_container_container_my_permissions",
            summary = "List the caller's permissions on a distribution",
            answers = "200 MyPermissionsResponse")
    public Response myPermissions(@PathParam(HREF) String id, @Context RoutingContext request) {
        return ObjectRoles.mine(Target.Kind.DISTRIBUTION, holds(get(id), request));
    }
}
