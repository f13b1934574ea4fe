package dev.lading.console.access;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.account.Group;
import dev.lading.account.GroupService;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.FormBody;
import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import dev.lading.console.Shell;
import dev.lading.grant.Rights;
import dev.lading.grant.VisibleObjects;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.account.GroupModel;
import dev.lading.management.account.GroupResource;
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
import java.util.Optional;

/** {@code /ui/access/groups/}: users who are given roles together. */
@Path(ConsolePath.ROOT + "/access/groups")
@Needs(Permission.SESSION)
public class GroupPages {
    private static final int IN_PAGE = 50;
    private static final String LIST = "/access/groups/";
    private static final String HREF = "group_href";
    private static final String ONE = "/{" + HREF + "}";
    private static final String CHANGE = "change_group";
    private static final String DELETE = "delete_group";
    private static final String NAME = "name";

    private final GroupService groups;
    private final GroupResource rules;
    private final GivenRoles given;
    private final VisibleObjects visible;
    private final ConsolePages pages;

    public GroupPages(
            GroupService groups, GroupResource rules, GivenRoles given, VisibleObjects visible, ConsolePages pages) {
        this.groups = groups;
        this.rules = rules;
        this.given = given;
        this.visible = visible;
        this.pages = pages;
    }

    private Tabs tabs(Frame page, RoutingContext request) {
        return Tabs.of("groups", page, Access.rights(request), visible);
    }

    @GET
    @Right(Right.BY_CALLER)
    public Response list(
            @QueryParam("prefix") @DefaultValue("") String prefix,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("order") @DefaultValue("") String order,
            @QueryParam("done") @DefaultValue("") String done,
            @Context RoutingContext request) {
        return pages.answer(
                list(request, Inputs.prefix(prefix), after, order, FormInput.of(Map.of()), Done.sentence(done)));
    }

    private GroupListPage list(
            RoutingContext request, String prefix, String after, String order, FormInput form, String done) {
        Frame page = pages.page(request, Frame.Section.ACCESS, "Groups");
        Rights rights = Access.rights(request);
        // First, since it reads all that the caller was given, of which what follows asks parts.
        Tabs tabs = tabs(page, request);
        ListOrder list = ListOrder.of(page.ui() + LIST, ListOrder.BY_NAME, order, "prefix", prefix);
        var found = visible.groups(rights, list.names(prefix, after, IN_PAGE));
        return new GroupListPage(
                page,
                list,
                tabs,
                found.records(),
                prefix,
                found.next().orElse(""),
                after.isEmpty(),
                rights.onEverything("add_group"),
                form,
                done);
    }

    @POST
    @Right(Right.BY_CALLER)
    public Response create(@Context RoutingContext request) {
        Access.requireOnEverything(request, "add_group");
        try {
            FormBody form = new FormBody(request).texts(NAME);
            Group made = rules.create(GroupModel.GROUP.read(form.json(), false), request);
            return pages.seeOther(path(made) + "?done=made");
        } catch (RuntimeException e) {
            return pages.answer(
                    400, list(request, "", "", "", FormInput.sent(request).refused(e), ""));
        }
    }

    private static String path(Group group) {
        return LIST + group.id() + "/";
    }

    private Group group(String id) {
        return groups.get(UserResource.pathId(id));
    }

    /** At most ten reads, of which five are of objects that roles are given on. */
    @GET
    @Path(ONE)
    @Right("view_group")
    public Response read(
            @PathParam(HREF) String id,
            @QueryParam("members") @DefaultValue("") String members,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("done") @DefaultValue("") String done,
            @Context RoutingContext request) {
        return pages.answer(page(request, group(id), members, after, FormInput.of(Map.of()), Done.sentence(done)));
    }

    private GroupPage page(
            RoutingContext request, Group group, String members, String after, FormInput sent, String done) {
        Frame page = pages.page(request, Frame.Section.ACCESS, group.name());
        Rights rights = Access.rights(request);
        Optional<String> behind = Optional.of(members).filter(text -> !text.isEmpty());
        var found = groups.members(group.id(), behind, IN_PAGE);
        return new GroupPage(
                page,
                tabs(page, request),
                group,
                found.records(),
                found.next().orElse(""),
                after.isEmpty(),
                rights.onGroup(group.id(), CHANGE),
                rights.onGroup(group.id(), DELETE),
                page.administrator() ? Optional.of(given.of(group.id(), after)) : Optional.empty(),
                Inputs.over(Map.of(NAME, group.name()), sent),
                done);
    }

    private Response attempt(Group group, RoutingContext request, String done, Runnable change) {
        try {
            change.run();
            return pages.seeOther(path(group) + "?done=" + done);
        } catch (RuntimeException e) {
            return pages.answer(
                    400, page(request, group, "", "", FormInput.sent(request).refused(e), ""));
        }
    }

    @POST
    @Path(ONE)
    @Right(CHANGE)
    public Response rename(@PathParam(HREF) String id, @Context RoutingContext request) {
        Group group = group(id);
        return attempt(group, request, "saved", () -> {
            FormBody form = new FormBody(request).texts(NAME);
            var _ = groups.rename(
                    group.id(), GroupModel.GROUP.read(form.json(), false).text(NAME));
        });
    }

    @POST
    @Path(ONE + "/users")
    @Right(CHANGE)
    public Response add(@PathParam(HREF) String id, @Context RoutingContext request) {
        Group group = group(id);
        return attempt(group, request, "added", () -> {
            FormBody form = new FormBody(request).texts("username");
            var _ = rules.add(group.id(), GroupModel.MEMBER.read(form.json(), false));
        });
    }

    @POST
    @Path(ONE + "/users/{member}/remove")
    @Right(CHANGE)
    public Response remove(
            @PathParam(HREF) String id, @PathParam("member") String member, @Context RoutingContext request) {
        return attempt(group(id), request, "removed", () -> {
            var _ = rules.remove(id, member);
        });
    }

    @POST
    @Path(ONE + "/roles")
    public Response give(@PathParam(HREF) String id, @Context RoutingContext request) {
        Group group = group(id);
        return attempt(group, request, "given", () -> given.give(group.id(), request));
    }

    @POST
    @Path(ONE + "/roles/{grant}/take")
    public Response take(
            @PathParam(HREF) String id, @PathParam("grant") String grant, @Context RoutingContext request) {
        Group group = group(id);
        return attempt(group, request, "taken", () -> given.take(group.id(), grant));
    }

    @GET
    @Path(ONE + "/delete")
    @Right(DELETE)
    public Response ask(@PathParam(HREF) String id, @Context RoutingContext request) {
        Group group = group(id);
        Frame page = pages.page(request, Frame.Section.ACCESS, "Delete a group");
        return pages.answer(new ConfirmPage(
                page,
                tabs(page, request),
                "Delete the group " + group.name() + "?",
                List.of(
                        "Its users stay, and lose what they may do by this group alone.",
                        "Tokens in which its roles count end."),
                path(group) + "delete",
                path(group),
                "pulp group destroy --name " + Shell.shell(group.name()),
                ""));
    }

    @POST
    @Path(ONE + "/delete")
    @Right(DELETE)
    public Response delete(@PathParam(HREF) String id) {
        var _ = rules.delete(id);
        return pages.seeOther(LIST + "?done=deleted");
    }
}
