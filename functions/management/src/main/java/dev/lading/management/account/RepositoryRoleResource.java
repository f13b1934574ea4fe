package dev.lading.management.account;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.grant.Rights;
import dev.lading.grant.Target;
import dev.lading.history.Repository;
import dev.lading.history.row.RepositoryId;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Operation;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.ResourceModel;
import dev.lading.repository.RepositoryService;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.function.Predicate;

/** Who may do what with a repository. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class RepositoryRoleResource {
    private static final String HREF = "container_container_repository_href";
    private static final String ONE = "repositories/container/container/{" + HREF + "}";

    private final RepositoryService repositories;
    private final ObjectRoles roles;

    public RepositoryRoleResource(RepositoryService repositories, ObjectRoles roles) {
        this.repositories = repositories;
        this.roles = roles;
    }

    private Repository get(String id) {
        return repositories.get(new RepositoryId(ResourceModel.pathId(id)));
    }

    private static Predicate<String> holds(Repository repository, RoutingContext request) {
        Rights rights = Access.rights(request);
        return permission -> rights.on(repository, permission);
    }

    @POST
    @Path(ONE + "/add_role")
    @Right("manage_roles_containerrepository")
    @Operation(
            id = "repositories_container_container_add_role",
            summary = "Give users a role on a repository",
            body = "NestedRole",
            answers = "201 NestedRoleResponse")
    public Response addRole(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        Repository repository = get(id);
        return roles.add(Target.repository(repository.id()), holds(repository, request), request);
    }

    @POST
    @Path(ONE + "/remove_role")
    @Right("manage_roles_containerrepository")
    @Operation(
            id = "repositories_container_container_remove_role",
            summary = "Take a role on a repository from users",
            body = "NestedRole",
            answers = "201 NestedRoleResponse")
    public Response removeRole(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return roles.remove(Target.repository(get(id).id()), request);
    }

    @GET
    @Path(ONE + "/list_roles")
    @Right("manage_roles_containerrepository")
    @Operation(
            id = "repositories_container_container_list_roles",
            summary = "List who has which role on a repository",
            answers = "200 ObjectRolesResponse")
    public Response listRoles(@PathParam(HREF) String id) {
        return roles.list(Target.repository(get(id).id()));
    }

    @GET
    @Path(ONE + "/my_permissions")
    @Right("view_containerrepository")
    @Operation(
            id = "repositories_container_container_my_permissions",
            summary = "List the caller's permissions on a repository",
            answers = "200 MyPermissionsResponse")
    public Response myPermissions(@PathParam(HREF) String id, @Context RoutingContext request) {
        return ObjectRoles.mine(Target.Kind.REPOSITORY, holds(get(id), request));
    }
}
