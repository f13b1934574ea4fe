package dev.lading.management.account;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.account.Username;
import dev.lading.grant.Namespace;
import dev.lading.grant.NamespaceService;
import dev.lading.grant.Rights;
import dev.lading.grant.Target;
import dev.lading.grant.VisibleObjects;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Body;
import dev.lading.management.api.Listing;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.LabelActions;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.Responses;
import dev.lading.management.task.TaskDispatch;
import dev.lading.metadata.Labels;
import dev.lading.operation.ResourceTasks;
import dev.lading.operation.ResourceType;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/** {@code pulp_container/namespaces/}: first components of base paths, on which a team is given roles. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class NamespaceResource {
    private static final String LIST = "pulp_container/namespaces";
    private static final String HREF = "container_container_namespace_href";
    private static final String ONE = LIST + "/{" + HREF + "}";

    static final Model<Namespace> NAMESPACE = ResourceModel.<Namespace>model(
                    ResourceType.NAMESPACE,
                    "container.ContainerNamespace",
                    each -> NamespaceService.id(each.name()),
                    Namespace::created,
                    Namespace::created)
            .requires("name", Schema.TEXT.filled(), Namespace::name)
            .allows("pulp_labels", Schema.LABELS, Namespace::labels);

    public static final Listing<Namespace> NAMESPACES = ResourceModel.listing(
                    NAMESPACE, each -> NamespaceService.id(each.name()))
            .filter("name", Schema.TEXT, Lookup.NAMES)
            .orders("name");

    public static final List<Model<?>> MODELS = List.of(NAMESPACE);

    private final NamespaceService namespaces;
    private final ObjectRoles roles;
    private final VisibleObjects visible;
    private final Pages pages;
    private final TaskDispatch dispatch;

    public NamespaceResource(
            NamespaceService namespaces,
            ObjectRoles roles,
            VisibleObjects visible,
            Pages pages,
            TaskDispatch dispatch) {
        this.namespaces = namespaces;
        this.visible = visible;
        this.roles = roles;
        this.pages = pages;
        this.dispatch = dispatch;
    }

    @GET
    @Path(LIST)
    @Right(Right.BY_CALLER)
    @Operation(id = "pulp_container_namespaces_list", summary = "List namespaces, by name", answers = "200")
    public Response list(@Context UriInfo uri, @Context RoutingContext request) {
        Rights rights = Access.rights(request);
        ListingSource<Namespace> all = ListingSource.of(() -> visible.namespaces(rights));
        if (rights.caller().isPresent()) {
            all.only(namespace -> rights.inNamespace(namespace.name(), "view_containernamespace"));
        }
        return pages.page(NAMESPACES, all.by("name", name -> namespaces.find(name).stream()), uri);
    }

    @POST
    @Path(LIST)
    @Right(Right.BY_CALLER)
    @Operation(
            id = "pulp_container_namespaces_create",
            summary = "Make a namespace",
            body = "container.ContainerNamespace",
            answers = "201 container.ContainerNamespaceResponse")
    public Response create(@Context RoutingContext request) throws IOException {
        Values body = Body.read(NAMESPACE, request, false);
        Rights rights = Access.rights(request);
        String name = body.text("name");
        // Of a name that is there already, only those learn who see it.
        boolean mayMake = rights.onEverything("add_containernamespace")
                || rights.inNamespace(name, "namespace_add_containerdistribution");
        if (!mayMake) {
            throw Access.denied("add_containernamespace");
        }
        if (rights.caller().isPresent() && Username.isReserved(name)) {
            throw Problem.field("name", "'" + name + "' is reserved; choose another name");
        }
        Namespace made = namespaces.create(name, LabelActions.labels(body, Labels.NONE), rights.caller());
        return Responses.created(ResourceType.NAMESPACE.href(NamespaceService.id(made.name())), NAMESPACE, made);
    }

    @GET
    @Path(ONE)
    @Right("view_containernamespace")
    @Operation(
            id = "pulp_container_namespaces_read",
            summary = "Show a namespace",
            answers = "200 container.ContainerNamespaceResponse")
    public Response read(@PathParam(HREF) String id, @Context UriInfo uri) {
        return Responses.ok(NAMESPACE, get(id), uri);
    }

    @DELETE
    @Path(ONE)
    @Right("delete_containernamespace")
    @Operation(
            id = "pulp_container_namespaces_delete",
            summary = "Delete a namespace, its distributions, and the repositories that nothing else serves",
            answers = "202 AsyncOperationResponse")
    public Response delete(@PathParam(HREF) String id, @Context RoutingContext request) {
        return dispatch.start(
                ResourceTasks.DELETE_NAMESPACE,
                new ResourceTasks.NamespaceDeletion(get(id).name()),
                ResourceTasks.DISTRIBUTIONS,
                request);
    }

    private Namespace get(String id) {
        return namespaces.find(ResourceModel.pathId(id)).orElseThrow(Problem::notFound);
    }

    private static Predicate<String> holds(Namespace namespace, RoutingContext request) {
        Rights rights = Access.rights(request);
        return permission -> rights.inNamespace(namespace.name(), permission);
    }

    private Target target(String id) {
        return Target.namespace(get(id).name());
    }

    @POST
    @Path(ONE + "/add_role")
    @Right("manage_roles_containernamespace")
    @Operation(
            id = "pulp_container_namespaces_add_role",
            summary = "Give users a role on a namespace",
            body = "NestedRole",
            answers = "201 NestedRoleResponse")
    public Response addRole(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        Namespace namespace = get(id);
        return roles.add(Target.namespace(namespace.name()), holds(namespace, request), request);
    }

    @POST
    @Path(ONE + "/remove_role")
    @Right("manage_roles_containernamespace")
    @Operation(
            id = "pulp_container_namespaces_remove_role",
            summary = "Take a role on a namespace from users",
            body = "NestedRole",
            answers = "201 NestedRoleResponse")
    public Response removeRole(@PathParam(HREF) String id, @Context RoutingContext request) throws IOException {
        return roles.remove(target(id), request);
    }

    @GET
    @Path(ONE + "/list_roles")
    @Right("manage_roles_containernamespace")
    @Operation(
            id = "pulp_container_namespaces_list_roles",
            summary = "List who has which role on a namespace",
            answers = "200 ObjectRolesResponse")
    public Response listRoles(@PathParam(HREF) String id) {
        return roles.list(target(id));
    }

    @GET
    @Path(ONE + "/my_permissions")
    @Right("view_containernamespace")
    @Operation(
            id = "pulp_container_namespaces_my_permissions",
            summary = "List the caller's permissions on a namespace",
            answers = "200 MyPermissionsResponse")
    public Response myPermissions(@PathParam(HREF) String id, @Context RoutingContext request) {
        return ObjectRoles.mine(Target.Kind.NAMESPACE, holds(get(id), request));
    }
}
