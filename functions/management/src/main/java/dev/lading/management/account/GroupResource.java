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
import dev.lading.management.api.Body;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.Responses;
import dev.lading.metadata.Page;
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
import java.util.stream.Stream;

/** {@code groups/}: users who are given roles together. */
@Path(ApiPath.ROOT)
@Needs(Permission.ADMINISTRATION)
public class GroupResource {
    private static final String LIST = "groups";
    private static final String HREF = "group_href";
    private static final String ONE = LIST + "/{" + HREF + "}";
    private static final String MEMBERS = ONE + "/users";
    private static final String MEMBER = "groups_user_href";

    private final GroupService groups;
    private final UserService users;
    private final GrantService grants;
    private final Pages pages;

    public GroupResource(GroupService groups, UserService users, GrantService grants, Pages pages) {
        this.groups = groups;
        this.users = users;
        this.grants = grants;
        this.pages = pages;
    }

    @GET
    @Path(LIST)
    @Operation(id = "groups_list", summary = "List groups, by name", answers = "200")
    public Response list(@Context UriInfo uri) {
        ListingSource<Group> all = ListingSource.of(() -> Page.all(groups::list))
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
    @Operation(id = "groups_create", summary = "Make a group", body = "Group", answers = "201 GroupResponse")
    public Response create(@Context RoutingContext request) throws IOException {
        Group group = groups.create(Body.read(GroupModel.GROUP, request, false).text("name"));
        return Responses.created(GroupModel.href(group.id()), GroupModel.GROUP, group);
    }

    @GET
    @Path(ONE)
    @Operation(id = "groups_read", summary = "Show a group", answers = "200 GroupResponse")
    public Response read(@PathParam(HREF) String id, @Context UriInfo uri) {
        return Responses.ok(GroupModel.GROUP, group(id), uri);
    }

    private Group group(String id) {
        return groups.get(UserResource.pathId(id));
    }

    @PUT
    @Path(ONE)
    @Operation(id = "groups_update", summary = "Rename a group", body = "Group", answers = "200 GroupResponse")
    public Response update(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return change(id, request, false);
    }

    @PATCH
    @Path(ONE)
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
    @Operation(id = "groups_delete", summary = "Delete a group, and end the tokens it counts in", answers = "204")
    public Response delete(@PathParam(HREF) String id) {
        PrincipalId group = UserResource.pathId(id);
        boolean deleted = groups.delete(group);
        grants.forget(group);
        if (!deleted) {
            throw Problem.notFound();
        }
        return Response.noContent().build();
    }

    @GET
    @Path(MEMBERS)
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
    @Operation(
            id = "groups_users_create",
            summary = "Put a user in a group",
            body = "GroupUser",
            answers = "201 GroupUserResponse")
    public Response add(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        PrincipalId group = group(id).id();
        String name = Body.read(GroupModel.MEMBER, request, false).text("username");
        User user = Username.parse(name)
                .flatMap(users::findNamed)
                .orElseThrow(() -> Problem.field("username", "there is no user '" + name + "'"));
        groups.add(group, user.id());
        var member = new GroupModel.Member(group, user);
        return Responses.created(GroupModel.href(member), GroupModel.MEMBER, member);
    }

    @DELETE
    @Path(MEMBERS + "/{" + MEMBER + "}")
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
}
