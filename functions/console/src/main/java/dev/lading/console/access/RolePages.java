package dev.lading.console.access;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.console.ConsoleForm;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.FormBody;
import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import dev.lading.console.Shell;
import dev.lading.grant.Role;
import dev.lading.grant.RoleService;
import dev.lading.grant.VisibleObjects;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.account.RoleResource;
import dev.lading.management.api.Problem;
import dev.lading.management.resource.ResourceModel;
import dev.lading.metadata.NameRange;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** {@code /ui/access/roles/}: what there is to give. The service bounds how many there are, and reads them by one. */
@Path(ConsolePath.ROOT + "/access/roles")
@Needs(Permission.SESSION)
public class RolePages {
    private static final int IN_PAGE = 50;
    private static final String LIST = "/access/roles/";
    private static final String HREF = "role_href";
    private static final String ONE = "/{" + HREF + "}";
    private static final String PERMISSIONS = "permissions";
    private static final String DESCRIPTION = "description";

    private final RoleService roles;
    private final RoleResource rules;
    private final VisibleObjects visible;
    private final ConsolePages pages;

    public RolePages(RoleService roles, RoleResource rules, VisibleObjects visible, ConsolePages pages) {
        this.roles = roles;
        this.rules = rules;
        this.visible = visible;
        this.pages = pages;
    }

    private Tabs tabs(Frame page, RoutingContext request) {
        return Tabs.of("roles", page, Access.rights(request), visible);
    }

    @GET
    @Right(Right.BY_CALLER)
    public Response list(
            @QueryParam("words") @DefaultValue("") String words,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("order") @DefaultValue("") String order,
            @QueryParam("done") @DefaultValue("") String done,
            @Context RoutingContext request) {
        return pages.answer(
                list(request, words.strip(), after, order, List.of(), FormInput.of(Map.of()), Done.sentence(done)));
    }

    private RoleListPage list(
            RoutingContext request,
            String words,
            String after,
            String order,
            List<String> ticked,
            FormInput form,
            String done) {
        Frame page = pages.page(request, Frame.Section.ACCESS, "Roles");
        ListOrder list = ListOrder.of(page.ui() + LIST, ListOrder.BY_NAME, order, "words", words);
        NameRange asked = list.names("", after, IN_PAGE);
        List<Role> found = roles.all()
                .filter(role -> asked.includes(role.name()))
                .sorted(Comparator.comparing(Role::name, asked.order()))
                .filter(role -> has(role, words.toLowerCase(Locale.ROOT)))
                .limit(IN_PAGE + 1L)
                .toList();
        boolean more = found.size() > IN_PAGE;
        List<Role> shown = more ? found.subList(0, IN_PAGE) : found;
        return new RoleListPage(
                page,
                list,
                tabs(page, request),
                shown,
                words,
                more ? shown.getLast().name() : "",
                after.isEmpty(),
                Role.allPermissions(),
                ticked,
                form,
                done);
    }

    private static boolean has(Role role, String words) {
        return Stream.concat(Stream.of(role.name(), role.description()), role.permissions().stream())
                .anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(words));
    }

    private static ObjectNode body(RoutingContext request, String... fields) {
        ObjectNode body =
                new FormBody(request).texts(fields).optional(DESCRIPTION).json();
        ArrayNode permissions = body.putArray(PERMISSIONS);
        ConsoleForm.all(request, PERMISSIONS).forEach(permissions::add);
        return body;
    }

    @POST
    public Response create(@Context RoutingContext request) {
        try {
            Role made = rules.create(RoleResource.ROLE.read(body(request, "name"), false));
            return pages.seeOther(path(made) + "?done=made");
        } catch (RuntimeException e) {
            List<String> ticked = ConsoleForm.all(request, PERMISSIONS);
            return pages.answer(
                    400,
                    list(request, "", "", "", ticked, FormInput.sent(request).refused(e), ""));
        }
    }

    private static String path(Role role) {
        return LIST + role.id() + "/";
    }

    private Role role(String id) {
        return roles.find(ResourceModel.pathId(id)).orElseThrow(Problem::notFound);
    }

    @GET
    @Path(ONE)
    @Right(Right.BY_CALLER)
    public Response read(
            @PathParam(HREF) String id,
            @QueryParam("done") @DefaultValue("") String done,
            @Context RoutingContext request) {
        Role role = role(id);
        return pages.answer(page(request, role, role.permissions(), FormInput.of(Map.of()), Done.sentence(done)));
    }

    private RolePage page(RoutingContext request, Role role, List<String> ticked, FormInput sent, String done) {
        Frame page = pages.page(request, Frame.Section.ACCESS, role.name());
        return new RolePage(
                page,
                tabs(page, request),
                role,
                page.administrator() && !role.isBuiltIn(),
                Role.allPermissions(),
                ticked,
                Inputs.over(Map.of(DESCRIPTION, role.description()), sent),
                done);
    }

    @POST
    @Path(ONE)
    public Response change(@PathParam(HREF) String id, @Context RoutingContext request) {
        Role role = role(id);
        try {
            var _ = rules.change(role, RoleResource.ROLE.read(body(request), true), "");
            return pages.seeOther(path(role) + "?done=saved");
        } catch (RuntimeException e) {
            List<String> ticked = ConsoleForm.all(request, PERMISSIONS);
            return pages.answer(
                    400, page(request, role, ticked, FormInput.sent(request).refused(e), ""));
        }
    }

    private ConfirmPage question(RoutingContext request, Role role, String problem) {
        Frame page = pages.page(request, Frame.Section.ACCESS, "Delete a role");
        return new ConfirmPage(
                page,
                tabs(page, request),
                "Delete the role " + role.name() + "?",
                List.of("That is possible while nobody has it."),
                path(role) + "delete",
                path(role),
                "pulp role destroy --name " + Shell.shell(role.name()),
                problem);
    }

    @GET
    @Path(ONE + "/delete")
    public Response ask(@PathParam(HREF) String id, @Context RoutingContext request) {
        return pages.answer(question(request, role(id), ""));
    }

    @POST
    @Path(ONE + "/delete")
    public Response delete(@PathParam(HREF) String id, @Context RoutingContext request) {
        Role role = role(id);
        try {
            var _ = rules.delete(id);
            return pages.seeOther(LIST + "?done=deleted");
        } catch (RuntimeException e) {
            FormInput refused = FormInput.of(Map.of()).refused(e);
            return pages.answer(400, question(request, role, refused.problem(Problem.NO_FIELD)));
        }
    }
}
