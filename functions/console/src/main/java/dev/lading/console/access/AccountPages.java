package dev.lading.console.access;

import dev.lading.access.Caller;
import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.account.Group;
import dev.lading.account.PrincipalId;
import dev.lading.account.User;
import dev.lading.console.ConsoleForm;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.FormBody;
import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import dev.lading.grant.VisibleObjects;
import dev.lading.http.Gate;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.account.LoginResource;
import dev.lading.management.api.Problem;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /ui/access/}: one's own account. */
@Path(ConsolePath.ROOT + "/access")
@Needs(Permission.SESSION)
public class AccountPages {
    private static final String HERE = "/access/";
    private static final String NEW = "new_password";
    private static final String AGAIN = "again";

    private final GivenRoles given;
    private final LoginResource logins;
    private final VisibleObjects visible;
    private final ConsolePages pages;

    public AccountPages(GivenRoles given, LoginResource logins, VisibleObjects visible, ConsolePages pages) {
        this.given = given;
        this.logins = logins;
        this.visible = visible;
        this.pages = pages;
    }

    /** At most ten reads, and one more for each group that the user is in. */
    @GET
    @Right(Right.BY_CALLER)
    public Response read(
            @QueryParam("group") @DefaultValue("") String group,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("done") @DefaultValue("") String done,
            @Context RoutingContext request) {
        return pages.answer(page(request, group, after, FormInput.of(Map.of()), Done.sentence(done)));
    }

    private AccountPage page(RoutingContext request, String group, String after, FormInput form, String done) {
        Frame page = pages.page(request, Frame.Section.ACCESS, "Access");
        Tabs tabs = Tabs.of("account", page, Access.rights(request), visible);
        Optional<User> user = user(request);
        List<Group> groups = Gate.caller(request)
                .flatMap(caller -> caller instanceof Caller.SignedIn signed
                        ? Optional.of(signed.identity().groups())
                        : Optional.empty())
                .orElse(List.of());
        Optional<Group> shown = groups.stream()
                .filter(each -> each.id().toString().equals(group))
                .findFirst();
        Optional<PrincipalId> holder = shown.map(Group::id).or(() -> user.map(User::id));
        return new AccountPage(page, tabs, user, groups, shown, holder.map(id -> given.of(id, after)), form, done);
    }

    private static Optional<User> user(RoutingContext request) {
        return Gate.caller(request)
                .flatMap(caller -> caller instanceof Caller.SignedIn signed
                                && signed.identity().account() instanceof User user
                        ? Optional.of(user)
                        : Optional.empty());
    }

    @POST
    @Path("/password")
    @Right(Right.BY_CALLER)
    public Response password(@Context RoutingContext request) {
        User user = user(request)
                .orElseThrow(() -> Problem.detail(403, "the administrator's password is the deployment's"));
        try {
            FormBody form = new FormBody(request);
            form.with(
                    "old_password",
                    ConsoleForm.of(request).first("old_password").orElse(""));
            form.with(NEW, repeated(request));
            var _ = logins.change(user, LoginResource.UPDATE.read(form.json(), true));
            // This login ends with the old password, too.
            String back = ConsolePath.ROOT + HERE + "?done=password";
            return pages.seeOther("/login?to=" + URLEncoder.encode(back, StandardCharsets.UTF_8));
        } catch (RuntimeException e) {
            return pages.answer(
                    400, page(request, "", "", FormInput.of(Map.of()).refused(e), ""));
        }
    }

    /** The new password of a form in which it is typed twice, since nobody sees it. */
    static String repeated(RoutingContext request) {
        String password = ConsoleForm.of(request).first(NEW).orElse("");
        if (!password.equals(ConsoleForm.of(request).first(AGAIN).orElse(""))) {
            throw Problem.field(AGAIN, "These two are not the same.");
        }
        return password;
    }
}
