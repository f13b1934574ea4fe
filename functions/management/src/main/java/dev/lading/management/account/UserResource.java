package dev.lading.management.account;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.account.GroupService;
import dev.lading.account.PasswordChange;
import dev.lading.account.PrincipalId;
import dev.lading.account.User;
import dev.lading.account.UserProfile;
import dev.lading.account.UserService;
import dev.lading.account.Username;
import dev.lading.grant.GrantService;
import dev.lading.management.api.Body;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Values;
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
import java.util.Optional;
import java.util.stream.Stream;

/** {@code users/}: who may log in besides the administrator, who is no user and has a password of the deployment's. */
@Path(ApiPath.ROOT)
@Needs(Permission.ADMINISTRATION)
public class UserResource {
    private static final String LIST = "users";
    private static final String HREF = "auth_user_href";
    private static final String ONE = LIST + "/{" + HREF + "}";

    private final UserService users;
    private final GroupService groups;
    private final GrantService grants;
    private final Pages pages;

    public UserResource(UserService users, GroupService groups, GrantService grants, Pages pages) {
        this.users = users;
        this.groups = groups;
        this.grants = grants;
        this.pages = pages;
    }

    @GET
    @Path(LIST)
    @Operation(id = "users_list", summary = "List users, by name", answers = "200")
    public Response list(@Context UriInfo uri) {
        return pages.page(UserModel.LIST, all(), uri);
    }

    private ListingSource<UserModel.Listed> all() {
        return ListingSource.of(() -> Page.all(users::list).map(this::listed))
                .by("username", name -> listed(Username.parse(name).flatMap(users::findNamed)))
                .by("pulp_href", this::named)
                .by("prn", this::named)
                .by("pulp_id", id -> listed(PrincipalId.parse(id).flatMap(users::find)));
    }

    private Stream<UserModel.Listed> named(String reference) {
        return listed(UserModel.id(reference).flatMap(users::find));
    }

    private Stream<UserModel.Listed> listed(Optional<User> user) {
        return user.map(this::listed).stream();
    }

    private UserModel.Listed listed(User user) {
        return new UserModel.Listed(user, groups.of(user));
    }

    @POST
    @Path(LIST)
    @Operation(id = "users_create", summary = "Make a user", body = "User", answers = "201 UserResponse")
    public Response create(@Context RoutingContext request) throws IOException {
        User user = create(Body.read(UserModel.USER, request, false));
        return Responses.created(UserModel.href(user.id()), UserModel.USER, listed(user));
    }

    public User create(Values body) {
        return users.create(
                body.text("username"),
                UserModel.profile(body, UserProfile.NONE),
                body.text("password", Optional.empty()));
    }

    @GET
    @Path(ONE)
    @Operation(id = "users_read", summary = "Show a user", answers = "200 UserResponse")
    public Response read(@PathParam(HREF) String id, @Context UriInfo uri) {
        return Responses.ok(UserModel.USER, listed(users.get(pathId(id))), uri);
    }

    public static PrincipalId pathId(String text) {
        return PrincipalId.parse(text).orElseThrow(Problem::notFound);
    }

    @PUT
    @Path(ONE)
    @Operation(id = "users_update", summary = "Change a user", body = "User", answers = "200 UserResponse")
    public Response update(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return change(id, request, false);
    }

    @PATCH
    @Path(ONE)
    @Operation(
            id = "users_partial_update",
            summary = "Change some fields of a user; a new password ends their tokens",
            body = "User",
            partial = true,
            answers = "200 UserResponse")
    public Response partialUpdate(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return change(id, request, true);
    }

    private Response change(String id, RoutingContext request, boolean partial) throws IOException {
        User before = users.get(pathId(id));
        return Responses.ok(UserModel.USER, listed(change(before, Body.read(UserModel.USER, request, partial))));
    }

    public User change(User before, Values body) {
        return users.update(
                before.id(),
                body.text("username", before.name().value()),
                profile -> UserModel.profile(body, profile),
                password(body));
    }

    private static PasswordChange password(Values body) {
        return body.has("password")
                ? body.text("password", Optional.empty())
                        .<PasswordChange>map(PasswordChange.Replaced::new)
                        .orElseGet(PasswordChange.Removed::new)
                : new PasswordChange.Kept();
    }

    @DELETE
    @Path(ONE)
    @Operation(id = "users_delete", summary = "Delete a user; what they pushed stays", answers = "204")
    public Response delete(@PathParam(HREF) String id) {
        PrincipalId user = pathId(id);
        if (!users.delete(user)) {
            throw Problem.notFound();
        }
        grants.forget(user);
        return Response.noContent().build();
    }
}
