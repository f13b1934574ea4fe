package dev.lading.management.account;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.account.Group;
import dev.lading.account.GroupService;
import dev.lading.account.PrincipalId;
import dev.lading.account.User;
import dev.lading.account.UserService;
import dev.lading.account.Username;
import dev.lading.grant.GrantService;
import dev.lading.grant.Rights;
import dev.lading.grant.Target;
import dev.lading.grant.VisibleObjects;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Body;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Values;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.Responses;
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
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** {@code groups/}: users who are given roles together. Who is in one, its owners say. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class GroupResource {
    private static final String LIST = "groups";
    private static final String HREF = "group_href";
    private static final String ONE = LIST + "/{" + HREF + "}";
    private static final String MEMBERS = ONE + "/users";
    private static final String MEMBER = "groups_user_href";
    private static final String VIEW = "view_group";
    private static final String CHANGE = "change_group";
    private static final String ROLES = "manage_roles_group";

    private final GroupService groups;
    private final UserService users;
    private final GrantService grants;
    private final ObjectRoles roles;
    private final VisibleObjects visible;
    private final Pages pages;

    public GroupResource(
            GroupService groups,
            UserService users,
            GrantService grants,
            ObjectRoles roles,
            VisibleObjects visible,
            Pages pages) {
        this.groups = groups;
        this.users = users;
        this.grants = grants;
        this.roles = roles;
        this.visible = visible;
        this.pages = pages;
    }

    @GET
    @Path(LIST)
    @Right(Right.BY_CALLER)
    @Operation(id = "groups_list", summary = "List groups", answers = "200")
    public Response list(@Context UriInfo uri, @Context RoutingContext request) {
        Rights rights = Access.rights(request);
        ListingSource<Group> all = ListingSource.of(() -> visible.groups(rights))
                .only(group -> rights.onGroup(group.id(), VIEW))
                .by("name", name -> groups.findNamed(name).stream())
                .by("pulp_href", this::named)
                .by("prn", this::named)
                .by("pulp_id", this::numbered)
                .by("id", this::numbered);
        return pages.page(GroupModel.LIST, all, uri);
    }

    private Stream<Group> named(String reference) {
        return GroupModel.id(reference).flatMap(groups::find).stream();
    }

    private Stream<Group> numbered(String id) {
        return PrincipalId.parse(id).flatMap(groups::find).stream();
    }

    @POST
    @Path(LIST)
    @Right(Right.BY_CALLER)
    @Operation(id = "groups_create", summary = "Make a group", body = "Group", answers = "201 GroupResponse")
    public Response create(@Context RoutingContext request) throws IOException {
        Access.requireOnEverything(request, "add_group");
        Group group = create(Body.read(GroupModel.GROUP, request, false), request);
        return Responses.created(GroupModel.href(group.id()), GroupModel.GROUP, group);
    }

    /** Makes a group, for whoever may. */
    public Group create(Values body, RoutingContext request) {
        Access.requireOnEverything(request, "add_group");
        Optional<PrincipalId> maker = Access.caller(request);
        return groups.create(body.text("name"), id -> grants.owning(maker, Target.group(id)));
    }

    @GET
    @Path(ONE)
    @Right(VIEW)
    @Operation(id = "groups_read", summary = "Show a group", answers = "200 GroupResponse")
    public Response read(@PathParam(HREF) String id, @Context UriInfo uri) {
        return Responses.ok(GroupModel.GROUP, group(id), uri);
    }

    private Group group(String id) {
        return groups.get(UserResource.pathId(id));
    }

    @PUT
    @Path(ONE)
    @Right(CHANGE)
    @Operation(id = "groups_update", summary = "Rename a group", body = "Group", answers = "200 GroupResponse")
    public Response update(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return change(id, request, false);
    }

    @PATCH
    @Path(ONE)
    @Right(CHANGE)
    @Operation(
            id = "groups_partial_update",
            summary = "Rename a group, if a name is said",
            body = "Group",
            partial = true,
            answers = "200 GroupResponse")
    public Response partialUpdate(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return change(id, request, true);
    }

    private Response change(String id, RoutingContext request, boolean partial) throws IOException {
        Group before = group(id);
        String name = Body.read(GroupModel.GROUP, request, partial).text("name", before.name());
        return Responses.ok(GroupModel.GROUP, groups.rename(before.id(), name));
    }

    @DELETE
    @Path(ONE)
    @Right("delete_group")
    @Operation(id = "groups_delete", summary = "Delete a group, and end the tokens it counts in", answers = "204")
    public Response delete(@PathParam(HREF) String id) {
        PrincipalId group = UserResource.pathId(id);
        boolean deleted = groups.delete(group);
        grants.forget(group);
        grants.forget(Target.group(group));
        if (!deleted) {
            throw Problem.notFound();
        }
        return Response.noContent().build();
    }

    @GET
    @Path(MEMBERS)
    @Right(VIEW)
    @Operation(id = "groups_users_list", summary = "List the users in a group", answers = "200")
    public Response users(@PathParam(HREF) String id, @Context UriInfo uri) {
        PrincipalId group = group(id).id();
        return pages.page(
                GroupModel.MEMBERS,
                ListingSource.of(() -> groups.members(group).map(user -> new GroupModel.Member(group, user))),
                uri);
    }

    @POST
    @Path(MEMBERS)
    @Right(CHANGE)
    @Operation(
            id = "groups_users_create",
            summary = "Put a user in a group",
            body = "GroupUser",
            answers = "201 GroupUserResponse")
    public Response add(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        PrincipalId group = group(id).id();
        User user = add(group, Body.read(GroupModel.MEMBER, request, false));
        var member = new GroupModel.Member(group, user);
        return Responses.created(GroupModel.href(member), GroupModel.MEMBER, member);
    }

    public User add(PrincipalId group, Values body) {
        String name = body.text("username");
        User user = Username.parse(name)
                .flatMap(users::findNamed)
                .orElseThrow(() -> Problem.field("username", "there is no user '" + name + "'"));
        groups.add(group, user.id());
        return user;
    }

    @DELETE
    @Path(MEMBERS + "/{" + MEMBER + "}")
    @Right(CHANGE)
    @Operation(
            id = "groups_users_delete",
            summary = "Take a user out of a group, and end their tokens",
            answers = "204")
    public Response remove(@PathParam(HREF) String id, @PathParam(MEMBER) String user) {
        if (!groups.remove(group(id).id(), UserResource.pathId(user))) {
            throw Problem.notFound();
        }
        return Response.noContent().build();
    }

    private static Predicate<String> holds(PrincipalId group, RoutingContext request) {
        Rights rights = Access.rights(request);
        return permission -> rights.onGroup(group, permission);
    }

    @POST
    @Path(ONE + "/add_role")
    @Right(ROLES)
    @Operation(
            id = "groups_add_role",
            summary = "Give users a role on a group",
            body = "NestedRole",
            answers = "201 NestedRoleResponse")
    public Response addRole(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        PrincipalId group = group(id).id();
        return roles.add(Target.group(group), holds(group, request), request);
    }

    @POST
    @Path(ONE + "/remove_role")
    @Right(ROLES)
    @Operation(
            id = "groups_remove_role",
            summary = "Take a role on a group from users",
            body = "NestedRole",
            answers = "201 NestedRoleResponse")
    public Response removeRole(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return roles.remove(Target.group(group(id).id()), request);
    }

    @GET
    @Path(ONE + "/list_roles")
    @Right(ROLES)
    @Operation(
            id = "groups_list_roles",
            summary = "List who has which role on a group",
            answers = "200 ObjectRolesResponse")
    public Response listRoles(@PathParam(HREF) String id) {
        return roles.list(Target.group(group(id).id()));
    }

    @GET
    @Path(ONE + "/my_permissions")
    @Right(VIEW)
    @Operation(
            id = "groups_my_permissions",
            summary = "List the caller's permissions on a group",
            answers = "200 MyPermissionsResponse")
    public Response myPermissions(@PathParam(HREF) String id, @Context RoutingContext request) {
        return ObjectRoles.mine(Target.Kind.GROUP, holds(group(id).id(), request));
    }
}
