package dev.lading.console.robot;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.account.AccountService;
import dev.lading.account.Principal;
import dev.lading.account.Robot;
import dev.lading.account.RobotName;
import dev.lading.account.RobotService;
import dev.lading.console.ConsoleForm;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.FormBody;
import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import dev.lading.console.ListOrder;
import dev.lading.console.Shell;
import dev.lading.console.access.ConfirmPage;
import dev.lading.console.access.Done;
import dev.lading.console.access.GivenRoles;
import dev.lading.console.access.Inputs;
import dev.lading.console.access.Tabs;
import dev.lading.grant.Rights;
import dev.lading.grant.Role;
import dev.lading.grant.RoleService;
import dev.lading.grant.Target;
import dev.lading.grant.VisibleObjects;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.account.RobotModel;
import dev.lading.management.account.RobotResource;
import dev.lading.management.account.UserResource;
import dev.lading.management.api.Problem;
import dev.lading.metadata.Page;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /ui/access/robots/}: accounts for programs, for whoever gives roles in their namespace. */
@Path(ConsolePath.ROOT + "/access/robots")
@Needs(Permission.SESSION)
public class RobotPages {
    private static final int IN_PAGE = 50;
    private static final String LIST = "/access/robots/";
    private static final String HREF = "robot_href";
    private static final String ONE = "/{" + HREF + "}";
    private static final String MANAGES = RobotResource.MANAGES;
    private static final String NAME = "name";
    private static final String NAMESPACE = "namespace";
    private static final String DESCRIPTION = "description";

    private final RobotService robots;
    private final RobotResource rules;
    private final RoleService roles;
    private final AccountService accounts;
    private final GivenRoles given;
    private final VisibleObjects visible;
    private final ConsolePages pages;

    public RobotPages(
            RobotService robots,
            RobotResource rules,
            RoleService roles,
            AccountService accounts,
            GivenRoles given,
            VisibleObjects visible,
            ConsolePages pages) {
        this.robots = robots;
        this.rules = rules;
        this.roles = roles;
        this.accounts = accounts;
        this.given = given;
        this.visible = visible;
        this.pages = pages;
    }

    private Tabs tabs(Frame page, RoutingContext request) {
        return Tabs.of("robots", page, Access.rights(request), visible);
    }

    @GET
    @Right(Right.BY_CALLER)
    public Response list(
            @QueryParam(NAMESPACE) @DefaultValue("") String namespace,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("order") @DefaultValue("") String order,
            @QueryParam("done") @DefaultValue("") String done,
            @Context RoutingContext request) {
        return pages.answer(
                list(request, namespace.strip(), after, order, FormInput.of(Map.of()), Done.sentence(done)));
    }

    private RobotListPage list(
            RoutingContext request, String asked, String after, String order, FormInput form, String done) {
        Frame page = pages.page(request, Frame.Section.ACCESS, "Robots");
        Rights rights = Access.rights(request);
        // First, since it reads all that the caller was given, of which what follows asks parts.
        Tabs tabs = tabs(page, request);
        boolean all = rights.onEverything(MANAGES);
        List<String> namespaces =
                all ? List.of() : visible.namespacesWith(rights, MANAGES).toList();
        String namespace = asked.isEmpty() && !namespaces.isEmpty() ? namespaces.getFirst() : asked;
        boolean isAny = RobotName.parse(namespace + "+any").isPresent();
        if (!namespace.isEmpty() && !(isAny && rights.inNamespace(namespace, MANAGES))) {
            throw Problem.notFound();
        }
        ListOrder list = ListOrder.of(page.ui() + LIST, ListOrder.BY_NAME, order, NAMESPACE, namespace);
        Page<Robot> found = all || !namespace.isEmpty()
                ? robots.list(list.names(namespace.isEmpty() ? "" : namespace + "+", after, IN_PAGE))
                : new Page<>(List.of(), Optional.empty());
        return new RobotListPage(
                page,
                list,
                tabs,
                namespaces,
                namespace,
                found.records().stream()
                        .map(robot -> RobotRow.of(robot, page.now()))
                        .toList(),
                found.next().orElse(""),
                after.isEmpty(),
                roles.all()
                        .filter(role -> role.isGivenOn(Target.Kind.NAMESPACE))
                        .toList(),
                filled(form, namespace),
                done);
    }

    private static FormInput filled(FormInput sent, String namespace) {
        return Inputs.over(
                Map.of(
                        NAMESPACE,
                        namespace,
                        RobotModel.ROLE,
                        Role.COLLABORATOR,
                        RobotModel.DAYS,
                        Integer.toString(RobotModel.DEFAULT_DAYS)),
                sent);
    }

    @POST
    @Right(Right.BY_CALLER)
    public Response create(@Context RoutingContext request) {
        try {
            String name = ConsoleForm.text(request, NAMESPACE) + "+" + ConsoleForm.text(request, NAME);
            FormBody form = new FormBody(request)
                    .texts(DESCRIPTION)
                    .optional(RobotModel.ROLE)
                    .numbers(RobotModel.DAYS)
                    .with(NAME, name);
            var made = rules.create(RobotModel.MADE.read(form.json(), false), request);
            String role = ConsoleForm.text(request, RobotModel.ROLE);
            return secret(
                    request,
                    made,
                    "lading robot create " + Shell.shell(name) + " --role "
                            + (role.isEmpty() ? "none" : Shell.shell(role)) + days(request));
        } catch (RuntimeException e) {
            return pages.answer(
                    400, list(request, "", "", "", FormInput.sent(request).refused(e), ""));
        }
    }

    private static String days(RoutingContext request) {
        String days = ConsoleForm.text(request, RobotModel.DAYS);
        return days.isEmpty() ? "" : " --days " + Shell.shell(days);
    }

    private Response secret(RoutingContext request, RobotService.WithSecret made, String command) {
        Frame page = pages.page(
                request, Frame.Section.ACCESS, "The secret of " + made.robot().title());
        var secrets = made.robot().secrets();
        return pages.answer(new RobotSecretPage(
                page,
                tabs(page, request),
                made.robot(),
                made.secret(),
                secrets.getLast(),
                secrets.subList(0, secrets.size() - 1).stream()
                        .filter(secret -> secret.counts(page.now()))
                        .toList(),
                command));
    }

    private static String path(Robot robot) {
        return LIST + robot.id() + "/";
    }

    private Robot robot(String id) {
        return robots.get(UserResource.pathId(id));
    }

    @GET
    @Path(ONE)
    @Right(MANAGES)
    public Response read(
            @PathParam(HREF) String id,
            @QueryParam("done") @DefaultValue("") String done,
            @Context RoutingContext request) {
        return pages.answer(page(request, robot(id), FormInput.of(Map.of()), Done.sentence(done)));
    }

    private RobotPage page(RoutingContext request, Robot robot, FormInput sent, String done) {
        Frame page = pages.page(request, Frame.Section.ACCESS, robot.title());
        Instant now = page.now();
        // What it has elsewhere, those learn who manage that.
        Target own = Target.namespace(robot.name().namespace());
        List<GivenRoles.Row> rows = given.of(robot.id(), "").rows().stream()
                .filter(row -> page.administrator() || row.grant().target().equals(own))
                .toList();
        Map<String, String> present = Map.of(
                DESCRIPTION,
                robot.description(),
                RobotModel.DAYS,
                Integer.toString(RobotModel.DEFAULT_DAYS),
                RobotModel.OVERLAP,
                Integer.toString(RobotModel.DEFAULT_OVERLAP_HOURS));
        return new RobotPage(
                page,
                tabs(page, request),
                robot,
                SecretState.of(robot, now),
                robot.maker().flatMap(accounts::principal).map(Principal::title).orElse(""),
                rows,
                Inputs.over(present, sent),
                done);
    }

    private Response attempt(Robot robot, RoutingContext request, String done, Runnable change) {
        try {
            change.run();
            return pages.seeOther(path(robot) + "?done=" + done);
        } catch (RuntimeException e) {
            return pages.answer(
                    400, page(request, robot, FormInput.sent(request).refused(e), ""));
        }
    }

    @POST
    @Path(ONE)
    @Right(MANAGES)
    public Response describe(@PathParam(HREF) String id, @Context RoutingContext request) {
        Robot robot = robot(id);
        return attempt(robot, request, "saved", () -> {
            FormBody form = new FormBody(request).texts(DESCRIPTION);
            var _ = rules.change(robot, RobotModel.ROBOT.read(form.json(), true));
        });
    }

    @POST
    @Path(ONE + "/rotate")
    @Right(MANAGES)
    public Response rotate(@PathParam(HREF) String id, @Context RoutingContext request) {
        Robot robot = robot(id);
        try {
            FormBody form = new FormBody(request).numbers(RobotModel.DAYS, RobotModel.OVERLAP);
            var made = rules.rotate(robot.id(), RobotModel.ROTATION.read(form.json(), true));
            return secret(
                    request,
                    made,
                    "lading robot rotate " + Shell.shell(robot.title()) + days(request) + " --overlap "
                            + Shell.shell(ConsoleForm.text(request, RobotModel.OVERLAP)));
        } catch (RuntimeException e) {
            return pages.answer(
                    400, page(request, robot, FormInput.sent(request).refused(e), ""));
        }
    }

    @POST
    @Path(ONE + "/secrets/{robot_secret_href}/end")
    @Right(MANAGES)
    public Response end(
            @PathParam(HREF) String id,
            @PathParam("robot_secret_href") String secret,
            @Context RoutingContext request) {
        return attempt(robot(id), request, "ended", () -> {
            var _ = rules.end(id, secret);
        });
    }

    @GET
    @Path(ONE + "/delete")
    @Right(MANAGES)
    public Response ask(@PathParam(HREF) String id, @Context RoutingContext request) {
        Robot robot = robot(id);
        Frame page = pages.page(request, Frame.Section.ACCESS, "Delete a robot");
        return pages.answer(new ConfirmPage(
                page,
                tabs(page, request),
                "Delete the robot " + robot.title() + "?",
                List.of("What logs in by it fails from now on, and its tokens end.", "What it pushed stays."),
                path(robot) + "delete",
                path(robot),
                "lading robot delete " + Shell.shell(robot.title()),
                ""));
    }

    @POST
    @Path(ONE + "/delete")
    @Right(MANAGES)
    public Response delete(@PathParam(HREF) String id) {
        String namespace = robot(id).name().namespace();
        var _ = rules.delete(id);
        return pages.seeOther(LIST + "?namespace=" + namespace + "&done=deleted");
    }
}
