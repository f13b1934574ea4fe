package dev.lading.management.access;

import dev.lading.access.Caller;
import dev.lading.access.Permission;
import dev.lading.account.PrincipalId;
import dev.lading.account.RobotService;
import dev.lading.distribution.Distribution;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.DistributionService;
import dev.lading.distribution.PullThroughDistribution;
import dev.lading.distribution.PullThroughService;
import dev.lading.grant.AdministratorRights;
import dev.lading.grant.Namespace;
import dev.lading.grant.NamespaceService;
import dev.lading.grant.Rights;
import dev.lading.grant.RightsService;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryKind;
import dev.lading.history.row.RepositoryId;
import dev.lading.http.AccessFilter;
import dev.lading.management.api.Problem;
import dev.lading.operation.ResourceType;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteKind;
import dev.lading.remote.RemoteService;
import dev.lading.repository.RepositoryService;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import java.util.Optional;
import java.util.UUID;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Lets users call what they have the declared {@link Right} for. What they may not see is answered as what is missing,
 * with 404, and what they see and may not do with 403.
 */
public class RightsFilter {
    private final RightsService rights;
    private final RepositoryService repositories;
    private final DistributionService distributions;
    private final RemoteService remotes;
    private final PullThroughService pullThroughs;
    private final NamespaceService namespaces;
    private final RobotService robots;

    public RightsFilter(
            RightsService rights,
            RepositoryService repositories,
            DistributionService distributions,
            RemoteService remotes,
            PullThroughService pullThroughs,
            NamespaceService namespaces,
            RobotService robots) {
        this.rights = rights;
        this.repositories = repositories;
        this.distributions = distributions;
        this.remotes = remotes;
        this.pullThroughs = pullThroughs;
        this.namespaces = namespaces;
        this.robots = robots;
    }

    /** Runs behind {@link AccessFilter}, which finds the caller. */
    @ServerRequestFilter(priority = Priorities.USER + 1)
    public void filter(ContainerRequestContext request, ResourceInfo handler, RoutingContext context) {
        Permission needed = AccessFilter.needed(handler).orElseThrow();
        if (needed == Permission.VISITOR) {
            Caller caller = AccessFilter.caller(request);
            Access.set(context, caller.isAnonymous() ? rights.ofVisitor() : rights(caller));
        } else if (needed == Permission.SIGNED_IN || needed == Permission.SESSION) {
            Rights held = rights(AccessFilter.caller(request));
            Access.set(context, held);
            if (held.caller().isPresent()) {
                Right declared = handler.getResourceMethod().getAnnotation(Right.class);
                if (declared == null) {
                    throw Problem.detail(403, "only the administrator may do this");
                }
                if (!declared.value().equals(Right.BY_CALLER)) {
                    require(held, declared.value(), request);
                }
            }
        }
    }

    private Rights rights(Caller caller) {
        return switch (caller) {
            case Caller.SignedIn(var identity) -> rights.of(identity);
            case Caller.Administrator administrator -> new AdministratorRights();
            case Caller.Bearer bearer
            when bearer.account().isEmpty() && !bearer.isAnonymous() -> new AdministratorRights();
            case Caller.Bearer bearer -> throw new NotFoundException();
            case Caller.Building building -> throw new NotFoundException();
            case Caller.Anonymous anonymous -> throw new NotFoundException();
        };
    }

    private void require(Rights held, String permission, ContainerRequestContext request) {
        Standing standing = object(request, "container_container_repository_href")
                .map(id -> onRepository(held, permission, RepositoryKind.CONTAINER, new RepositoryId(id)))
                .or(() -> object(request, "file_file_repository_href")
                        .map(id -> onRepository(held, permission, RepositoryKind.FILE, new RepositoryId(id))))
                .or(() -> object(request, "container_container_distribution_href")
                        .map(id -> onDistribution(held, permission, new DistributionId(id))))
                .or(() -> object(request, "container_container_remote_href")
                        .map(id -> onRemote(held, permission, new RemoteId(id))))
                .or(() -> object(request, "container_container_pull_through_distribution_href")
                        .map(id -> onPullThrough(held, permission, new DistributionId(id))))
                .or(() -> object(request, "container_container_pull_through_remote_href")
                        .map(id -> onPullThroughRemote(held, permission, new RemoteId(id))))
                .or(() -> object(request, "container_container_namespace_href")
                        .map(id -> onNamespace(held, permission, id)))
                .or(() -> parameter(request, "group_href").map(id -> onGroup(held, permission, id)))
                .or(() -> parameter(request, "robot_href").map(id -> onRobot(held, permission, id)))
                .orElseThrow(() -> new IllegalStateException("the path names nothing that " + permission + " is of"));
        switch (standing) {
            case ALLOWED -> {}
            case SEEN -> throw Access.denied(permission);
            case UNSEEN -> throw Problem.notFound();
        }
    }

    private enum Standing {
        ALLOWED,
        SEEN,
        UNSEEN
    }

    private static Optional<String> parameter(ContainerRequestContext request, String name) {
        return Optional.ofNullable(request.getUriInfo().getPathParameters().getFirst(name));
    }

    /** The id of an object in the path; empty: the path has no such parameter. */
    private static Optional<UUID> object(ContainerRequestContext request, String parameter) {
        return parameter(request, parameter).map(text -> ResourceType.uuid(text).orElseThrow(Problem::notFound));
    }

    private Standing onRepository(Rights held, String permission, RepositoryKind kind, RepositoryId id) {
        Optional<Repository> found = repositories.find(kind, id);
        return standing(
                found.filter(each -> held.on(each, permission)).isPresent(),
                found.filter(held::sees).isPresent());
    }

    private Standing onDistribution(Rights held, String permission, DistributionId id) {
        Optional<Distribution> found = distributions.find(id);
        boolean sees = found.filter(held::sees).isPresent();
        return standing(
                permission.equals("view_containerdistribution")
                        ? sees
                        : found.filter(each -> held.on(each, permission)).isPresent(),
                sees);
    }

    private Standing onRemote(Rights held, String permission, RemoteId id) {
        Optional<RemoteId> found = remotes.find(RemoteKind.CONTAINER, id).map(Remote::id);
        return standing(
                found.filter(each -> held.on(each, permission)).isPresent(),
                found.filter(each -> held.on(each, "view_containerremote")).isPresent());
    }

    private Standing onPullThrough(Rights held, String permission, DistributionId id) {
        Optional<PullThroughDistribution> found = pullThroughs.find(id);
        boolean sees = found.filter(held::sees).isPresent();
        return standing(
                permission.equals("view_containerpullthroughdistribution")
                        ? sees
                        : found.filter(each -> held.on(each, permission)).isPresent(),
                sees);
    }

    private Standing onPullThroughRemote(Rights held, String permission, RemoteId id) {
        Optional<Remote> found = remotes.find(RemoteKind.PULL_THROUGH, id);
        return standing(
                found.filter(each -> held.on(each, permission)).isPresent(),
                found.filter(each -> held.on(each, "view_containerpullthroughremote"))
                        .isPresent());
    }

    private Standing onNamespace(Rights held, String permission, UUID id) {
        Optional<String> found = namespaces.find(id).map(Namespace::name);
        return standing(
                found.filter(name -> held.inNamespace(name, permission)).isPresent(),
                found.filter(name -> held.inNamespace(name, "view_containernamespace"))
                        .isPresent());
    }

    private Standing onGroup(Rights held, String permission, String text) {
        Optional<PrincipalId> id = PrincipalId.parse(text);
        return standing(
                id.filter(each -> held.onGroup(each, permission)).isPresent(),
                id.filter(each -> held.onGroup(each, "view_group")).isPresent());
    }

    /** A robot is seen by whoever may change it. */
    private Standing onRobot(Rights held, String permission, String id) {
        boolean allowed = PrincipalId.parse(id)
                .flatMap(robots::find)
                .filter(robot -> held.inNamespace(robot.name().namespace(), permission))
                .isPresent();
        return standing(allowed, allowed);
    }

    private static Standing standing(boolean allowed, boolean seen) {
        if (allowed) {
            return Standing.ALLOWED;
        }
        return seen ? Standing.SEEN : Standing.UNSEEN;
    }
}
