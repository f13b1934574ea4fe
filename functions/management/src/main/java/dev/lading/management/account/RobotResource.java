package dev.lading.management.account;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.account.PrincipalId;
import dev.lading.account.Robot;
import dev.lading.account.RobotName;
import dev.lading.account.RobotService;
import dev.lading.grant.GrantService;
import dev.lading.grant.NamespaceService;
import dev.lading.grant.Rights;
import dev.lading.grant.Role;
import dev.lading.grant.RoleService;
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
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.Responses;
import dev.lading.metadata.Page;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code robots/}: accounts for programs, made by whoever gives roles in their namespace. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class RobotResource {
    private static final String LIST = "robots";
    private static final String HREF = "robot_href";
    private static final String ONE = LIST + "/{" + HREF + "}";
    private static final String SECRET = "robot_secret_href";
    /** The permission on a namespace that its robots are managed by. */
    public static final String MANAGES = "manage_roles_containernamespace";

    private final RobotService robots;
    private final GrantService grants;
    private final NamespaceService namespaces;
    private final RoleService roles;
    private final VisibleObjects visible;
    private final Pages pages;

    public RobotResource(
            RobotService robots,
            GrantService grants,
            NamespaceService namespaces,
            RoleService roles,
            VisibleObjects visible,
            Pages pages) {
        this.robots = robots;
        this.grants = grants;
        this.namespaces = namespaces;
        this.roles = roles;
        this.visible = visible;
        this.pages = pages;
    }

    @GET
    @Path(LIST)
    @Right(Right.BY_CALLER)
    @Operation(id = "robots_list", summary = "List the robots of the caller's namespaces, by name", answers = "200")
    public Response list(@Context UriInfo uri, @Context RoutingContext request) {
        Rights rights = Access.rights(request);
        ListingSource<Robot> all = rights.onEverything(MANAGES)
                ? ListingSource.of(() -> Page.all(robots::list))
                : ListingSource.of(() -> visible.namespaces(rights).flatMap(each -> robots.in(each.name())));
        all.only(robot -> rights.inNamespace(robot.name().namespace(), MANAGES))
                .by("name", name -> RobotName.parse(name).flatMap(robots::findNamed).stream())
                .by("namespace", robots::in);
        return pages.page(RobotModel.LIST, all, uri);
    }

    @POST
    @Path(LIST)
    @Right(Right.BY_CALLER)
    @Operation(
            id = "robots_create",
            summary = "Make a robot; the answer shows its secret, this once",
            body = "RobotWithSecret",
            answers = "201 RobotWithSecretResponse")
    public Response create(@Context RoutingContext request) throws IOException {
        var made = create(Body.read(RobotModel.MADE, request, false), request);
        return Responses.created(RobotModel.href(made.robot().id()), RobotModel.MADE, made);
    }

    /** Makes a robot, for whoever may. */
    public RobotService.WithSecret create(Values body, RoutingContext request) {
        RobotName name = RobotName.require(body.text("name"));
        Target namespace = Target.namespace(name.namespace());
        Rights rights = Access.rights(request);
        Optional<PrincipalId> maker = maker(rights);
        Optional<String> role = body.text(RobotModel.ROLE, Optional.of(Role.COLLABORATOR));
        require(rights, name, role);
        if (namespaces.find(name.namespace()).isEmpty()) {
            throw Problem.field(
                    "name", "there is no namespace '" + name.namespace() + "'; make it, or push to it, first");
        }
        return robots.create(
                name,
                body.text("description", ""),
                life(body),
                maker,
                robot -> role.map(given -> grants.giving(robot, given, namespace))
                        .orElse(List.of()));
    }

    /** A robot's maker is a person, so that who answers for it is told by one look. */
    private static Optional<PrincipalId> maker(Rights rights) {
        if (Access.isRobot(rights)) {
            throw Problem.detail(403, "robots are made by users, not by robots");
        }
        return rights.caller();
    }

    /** Nobody makes a robot where they may not give roles, nor one that may do what they may not. */
    private void require(Rights rights, RobotName name, Optional<String> role) {
        if (!rights.inNamespace(name.namespace(), MANAGES)) {
            throw Access.denied(MANAGES);
        }
        role.ifPresent(text -> {
            Role found = roles.find(text)
                    .filter(each -> each.isGivenOn(Target.Kind.NAMESPACE))
                    .orElseThrow(() -> Problem.field(
                            RobotModel.ROLE, "there is no role '" + text + "' that is given on a namespace"));
            found.permissionsOn(Target.Kind.NAMESPACE).stream()
                    .filter(permission -> !rights.inNamespace(name.namespace(), permission))
                    .findFirst()
                    .ifPresent(lacking -> {
                        throw Access.denied(lacking);
                    });
        });
    }

    private static Duration life(Values body) {
        return Duration.ofDays(body.integer(RobotModel.DAYS, Optional.empty()).orElse((long) RobotModel.DEFAULT_DAYS));
    }

    @GET
    @Path(ONE)
    @Right(MANAGES)
    @Operation(id = "robots_read", summary = "Show a robot", answers = "200 RobotResponse")
    public Response read(@PathParam(HREF) String id, @Context UriInfo uri) {
        return Responses.ok(RobotModel.ROBOT, robots.get(UserResource.pathId(id)), uri);
    }

    @PATCH
    @Path(ONE)
    @Right(MANAGES)
    @Operation(
            id = "robots_partial_update",
            summary = "Change a robot's description",
            body = "Robot",
            partial = true,
            answers = "200 RobotResponse")
    public Response describe(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        Robot before = robots.get(UserResource.pathId(id));
        return Responses.ok(RobotModel.ROBOT, change(before, Body.read(RobotModel.ROBOT, request, true)));
    }

    public Robot change(Robot before, Values body) {
        if (!body.text("name", before.title()).equals(before.title())) {
            throw Problem.field("name", "a robot keeps its name; make another");
        }
        return robots.describe(before.id(), body.text("description", before.description()));
    }

    @POST
    @Path(ONE + "/rotate")
    @Right(MANAGES)
    @Operation(
            id = "robots_rotate",
            summary = "Make a robot a new secret, and let the one before count for some more hours",
            body = "RobotRotation",
            answers = "200 RobotWithSecretResponse")
    public Response rotate(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        Values body = Body.read(RobotModel.ROTATION, request, true);
        return Responses.ok(RobotModel.MADE, rotate(UserResource.pathId(id), body));
    }

    public RobotService.WithSecret rotate(PrincipalId robot, Values body) {
        Duration overlap = Duration.ofHours(
                body.integer(RobotModel.OVERLAP, Optional.empty()).orElse((long) RobotModel.DEFAULT_OVERLAP_HOURS));
        return robots.rotate(robot, life(body), overlap);
    }

    @DELETE
    @Path(ONE + "/secrets/{" + SECRET + "}")
    @Right(MANAGES)
    @Operation(
            id = "robots_secrets_delete",
            summary = "End a secret of a robot, and the robot's tokens",
            answers = "204")
    public Response end(@PathParam(HREF) String id, @PathParam(SECRET) String secret) {
        if (!robots.end(UserResource.pathId(id), ResourceModel.pathId(secret))) {
            throw Problem.notFound();
        }
        return Response.noContent().build();
    }

    @DELETE
    @Path(ONE)
    @Right(MANAGES)
    @Operation(id = "robots_delete", summary = "Delete a robot, and end its tokens", answers = "204")
    public Response delete(@PathParam(HREF) String id) {
        PrincipalId robot = UserResource.pathId(id);
        boolean deleted = robots.delete(robot);
        grants.forget(robot);
        if (!deleted) {
            throw Problem.notFound();
        }
        return Response.noContent().build();
    }
}
