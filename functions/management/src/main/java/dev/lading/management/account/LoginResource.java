package dev.lading.management.account;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.account.Account;
import dev.lading.account.AccountService;
import dev.lading.account.PasswordChange;
import dev.lading.account.Robot;
import dev.lading.account.User;
import dev.lading.account.UserProfile;
import dev.lading.account.UserService;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Body;
import dev.lading.management.api.Model;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.Responses;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@code login/}: who calls, and how users change their own password. There are no sessions to begin or end. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class LoginResource {
    private static final String LOGIN = "login";
    private static final String OLD = "old_password";
    private static final String NEW = "new_password";
    private static final int MAX_NAME = 150;

    /** Who calls; empty: the administrator. */
    record Login(Optional<Account> account) {}

    static final Model<Login> MODEL = new Model<Login>("Login")
            .shows(
                    "pulp_href",
                    Schema.URI,
                    login -> login.account().map(LoginResource::href).orElse(""))
            .shows(
                    "prn",
                    Schema.TEXT,
                    login -> login.account().map(LoginResource::prn).orElse(""))
            .shows(
                    "username",
                    Schema.TEXT,
                    login -> login.account().map(Account::title).orElse("admin"));

    public static final Model<User> UPDATE = new Model<User>("LoginUpdate")
            .allows("username", Schema.TEXT.filled().upToLength(MAX_NAME), User::name)
            .takes(OLD, Schema.TEXT.filled())
            .takes(NEW, Schema.TEXT.filled())
            .allows(
                    "first_name",
                    Schema.TEXT.upToLength(MAX_NAME),
                    user -> user.profile().firstName())
            .allows(
                    "last_name",
                    Schema.TEXT.upToLength(MAX_NAME),
                    user -> user.profile().lastName())
            .allows("email", Schema.EMAIL, user -> user.profile().email());

    public static final List<Model<?>> MODELS = List.of(MODEL, UPDATE);

    private final AccountService accounts;
    private final UserService users;

    public LoginResource(AccountService accounts, UserService users) {
        this.accounts = accounts;
        this.users = users;
    }

    private static String href(Account account) {
        return account instanceof Robot ? RobotModel.href(account.id()) : UserModel.href(account.id());
    }

    private static String prn(Account account) {
        return account instanceof Robot ? RobotModel.prn(account.id()) : UserModel.prn(account.id());
    }

    private Optional<Account> caller(RoutingContext request) {
        return Access.caller(request).flatMap(accounts::find);
    }

    @GET
    @Path(LOGIN)
    @Right(Right.BY_CALLER)
    @Operation(id = "login_read", summary = "Show who calls", answers = "200 LoginResponse")
    public Response read(@Context UriInfo uri, @Context RoutingContext request) {
        return Responses.ok(MODEL, new Login(caller(request)), uri);
    }

    @PATCH
    @Path(LOGIN)
    @Right(Right.BY_CALLER)
    @Operation(
            id = "login_update",
            summary = "Change one's own password, which ends one's tokens, or what one is called",
            body = "LoginUpdate",
            partial = true,
            answers = "200 LoginUpdateResponse")
    public Response update(@Context RoutingContext request) throws IOException {
        if (!(caller(request).orElse(null) instanceof User before)) {
            throw Problem.detail(
                    403,
                    "only users change their password here: the administrator's is the deployment's"
                            + " (LADING_ADMIN_PASSWORD,"
                            + " the file secrets/admin-password, or the secret that `make deploy` names), and robots"
                            + " are given new secrets by rotate/");
        }
        return Responses.ok(UPDATE, change(before, Body.read(UPDATE, request, true)));
    }

    public User change(User before, Values body) {
        if (!body.text("username", before.title()).equals(before.title())) {
            throw Problem.field("username", "only the administrator renames users");
        }
        return users.update(before.id(), before.title(), profile -> profile(body, profile), password(body, before));
    }

    private static UserProfile profile(Values body, UserProfile before) {
        return new UserProfile(
                body.text("first_name", before.firstName()),
                body.text("last_name", before.lastName()),
                body.text("email", before.email()),
                before.staff(),
                before.active());
    }

    private PasswordChange password(Values body, User user) {
        if (!body.has(NEW)) {
            return new PasswordChange.Kept();
        }
        // The request came with the password already, so that this one is a slip, if it is wrong, and no guess.
        if (!body.has(OLD) || !users.isPassword(Optional.of(user), body.text(OLD), true)) {
            throw Problem.field(OLD, "this is not the password of '" + user.name() + "'");
        }
        return new PasswordChange.Replaced(body.text(NEW));
    }
}
