package dev.lading.console.access;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.account.GroupService;
import dev.lading.account.User;
import dev.lading.account.UserService;
import dev.lading.console.ConsoleForm;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.FormBody;
import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import dev.lading.console.Shell;
import dev.lading.grant.VisibleObjects;
import dev.lading.management.access.Access;
import dev.lading.management.account.UserModel;
import dev.lading.management.account.UserResource;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;

/** {@code /ui/access/users/}: who may log in, for the administrator. */
@Path(ConsolePath.ROOT + "/access/users")
@Needs(Permission.SESSION)
public class UserPages {
    private static final int IN_PAGE = 50;
    private static final String LIST = "/access/users/";
    private static final String HREF = "auth_user_href";
    private static final String ONE = "/{" + HREF + "}";
    private static final String NAME = "username";
    private static final String PASSWORD = "password";

    private final UserService users;
    private final GroupService groups;
    private final UserResource rules;
    private final GivenRoles given;
    private final VisibleObjects visible;
    private final ConsolePages pages;

    public UserPages(
            UserService users,
            GroupService groups,
            UserResource rules,
            GivenRoles given,
            VisibleObjects visible,
            ConsolePages pages) {
        this.users = users;
        this.groups = groups;
        this.rules = rules;
        this.given = given;
        this.visible = visible;
        this.pages = pages;
    }

    private Tabs tabs(Frame page, RoutingContext request) {
        return Tabs.of("users", page, Access.rights(request), visible);
    }

    @GET
    public Response list(
            @QueryParam("prefix") @DefaultValue("") String prefix,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("order") @DefaultValue("") String order,
            @QueryParam("done") @DefaultValue("") String done,
            @Context RoutingContext request) {
        return pages.answer(
                list(request, Inputs.prefix(prefix), after, order, FormInput.of(Map.of()), Done.sentence(done)));
    }

    private UserListPage list(
            RoutingContext request, String prefix, String after, String order, FormInput form, String done) {
        Frame page = pages.page(request, Frame.Section.ACCESS, "Users");
        ListOrder list = ListOrder.of(page.ui() + LIST, ListOrder.BY_NAME, order, "prefix", prefix);
        var found = users.list(list.names(prefix, after, IN_PAGE));
        return new UserListPage(
                page,
                list,
                tabs(page, request),
                found.records(),
                prefix,
                found.next().orElse(""),
                after.isEmpty(),
                form,
                done);
    }

    @POST
    public Response create(@Context RoutingContext request) {
        try {
            FormBody form = new FormBody(request).texts(NAME).secret(PASSWORD);
            User made = rules.create(UserModel.USER.read(form.json(), false));
            return pages.seeOther(path(made) + "?done=made");
        } catch (RuntimeException e) {
            return pages.answer(
                    400, list(request, "", "", "", FormInput.sent(request).refused(e), ""));
        }
    }

    private static String path(User user) {
        return LIST + user.id() + "/";
    }

    private User user(String id) {
        return users.get(UserResource.pathId(id));
    }

    /** At most nine reads, of which five are of objects that roles are given on. */
    @GET
    @Path(ONE)
    public Response read(
            @PathParam(HREF) String id,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("done") @DefaultValue("") String done,
            @Context RoutingContext request) {
        return pages.answer(page(request, user(id), after, FormInput.of(Map.of()), Done.sentence(done)));
    }

    private UserPage page(RoutingContext request, User user, String after, FormInput sent, String done) {
        Frame page = pages.page(request, Frame.Section.ACCESS, user.title());
        Map<String, String> present = Map.of(
                NAME,
                user.title(),
                "first_name",
                user.profile().firstName(),
                "last_name",
                user.profile().lastName(),
                "email",
                user.profile().email());
        return new UserPage(
                page,
                tabs(page, request),
                user,
                groups.of(user),
                given.of(user.id(), after),
                Inputs.over(present, sent),
                done);
    }

    private Response change(String id, RoutingContext request, String done, FormBody form) {
        User before = user(id);
        return attempt(before, request, done, () -> {
            var _ = rules.change(before, UserModel.USER.read(form.json(), true));
        });
    }

    private Response attempt(User user, RoutingContext request, String done, Runnable change) {
        try {
            change.run();
            return pages.seeOther(path(user) + "?done=" + done);
        } catch (RuntimeException e) {
            return pages.answer(
                    400, page(request, user, "", FormInput.sent(request).refused(e), ""));
        }
    }

    @POST
    @Path(ONE)
    public Response change(@PathParam(HREF) String id, @Context RoutingContext request) {
        return change(id, request, "saved", new FormBody(request).texts(NAME, "first_name", "last_name", "email"));
    }

    @POST
    @Path(ONE + "/password")
    public Response password(@PathParam(HREF) String id, @Context RoutingContext request) {
        User before = user(id);
        return attempt(before, request, PASSWORD, () -> {
            FormBody form = new FormBody(request).with(PASSWORD, AccountPages.repeated(request));
            var _ = rules.change(before, UserModel.USER.read(form.json(), true));
        });
    }

    @POST
    @Path(ONE + "/active")
    public Response activate(@PathParam(HREF) String id, @Context RoutingContext request) {
        boolean active = ConsoleForm.of(request).first("is_active").isPresent();
        return change(id, request, active ? "activated" : "deactivated", new FormBody(request).boxes("is_active"));
    }

    @POST
    @Path(ONE + "/roles")
    public Response give(@PathParam(HREF) String id, @Context RoutingContext request) {
        User user = user(id);
        return attempt(user, request, "given", () -> given.give(user.id(), request));
    }

    @POST
    @Path(ONE + "/roles/{grant}/take")
    public Response take(
            @PathParam(HREF) String id, @PathParam("grant") String grant, @Context RoutingContext request) {
        User user = user(id);
        return attempt(user, request, "taken", () -> given.take(user.id(), grant));
    }

    @GET
    @Path(ONE + "/delete")
    public Response ask(@PathParam(HREF) String id, @Context RoutingContext request) {
        User user = user(id);
        Frame page = pages.page(request, Frame.Section.ACCESS, "Delete a user");
        return pages.answer(new ConfirmPage(
                page,
                tabs(page, request),
                "Delete the user " + user.title() + "?",
                List.of(
                        "They can log in no longer, and their tokens end.",
                        "All roles that they were given are taken. What they pushed stays.",
                        "Robots that they made log in no longer.",
                        "Another user of this name gets none of it back."),
                path(user) + "delete",
                path(user),
                "pulp user destroy --username " + Shell.shell(user.title()),
                ""));
    }

    @POST
    @Path(ONE + "/delete")
    public Response delete(@PathParam(HREF) String id) {
        var _ = rules.delete(id);
        return pages.seeOther(LIST + "?done=deleted");
    }
}
