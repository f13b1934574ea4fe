package dev.lading.management.account;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.grant.Rights;
import dev.lading.grant.Target;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryKind;
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

/** Who may do what with a repository of files. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class FileRepositoryRoleResource {
    private static final String HREF = "file_file_repository_href";
    private static final String ONE = "repositories/file/file/{" + HREF + "}";

    private final RepositoryService repositories;
    private final ObjectRoles roles;

    public FileRepositoryRoleResource(RepositoryService repositories, ObjectRoles roles) {
        this.repositories = repositories;
        this.roles = roles;
    }

    private Repository get(String id) {
        return repositories.get(RepositoryKind.FILE, new RepositoryId(ResourceModel.pathId(id)));
    }

    private static Predicate<String> holds(Repository repository, RoutingContext request) {
        Rights rights = Access.rights(request);
        return permission -> rights.on(repository, permission);
    }

    @POST
    @Path(ONE + "/add_role")
    @Right("manage_roles_filerepository")
    @Operation(
            id = "repositories_file_file_add_role",
            summary = "Give users a role on a repository of files",
            body = "NestedRole",
            answers = "201 NestedRoleResponse")
    public Response addRole(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        Repository repository = get(id);
        return roles.add(Target.repository(RepositoryKind.FILE, repository.id()), holds(repository, request), request);
    }

    @POST
    @Path(ONE + "/remove_role")
    @Right("manage_roles_filerepository")
    @Operation(
            id = "repositories_file_file_remove_role",
            summary = "Take a role on a repository of files from users",
            body = "NestedRole",
            answers = "201 NestedRoleResponse")
    public Response removeRole(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return roles.remove(Target.repository(RepositoryKind.FILE, get(id).id()), request);
    }

    @GET
    @Path(ONE + "/list_roles")
    @Right("manage_roles_filerepository")
    @Operation(
            id = "repositories_file_file_list_roles",
            summary = "List who has which role on a repository of files",
            answers = "200 ObjectRolesResponse")
    public Response listRoles(@PathParam(HREF) String id) {
        return roles.list(Target.repository(RepositoryKind.FILE, get(id).id()));
    }

    @GET
    @Path(ONE + "/my_permissions")
    @Right("view_filerepository")
    @Operation(
            id = "repositories_file_file_my_permissions",
            summary = "List the caller's permissions on a repository of files",
            answers = "200 MyPermissionsResponse")
    public Response myPermissions(@PathParam(HREF) String id, @Context RoutingContext request) {
        return ObjectRoles.mine(Target.Kind.FILE_REPOSITORY, holds(get(id), request));
    }
}
