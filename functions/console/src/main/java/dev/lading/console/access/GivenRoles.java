package dev.lading.console.access;

import dev.lading.account.GroupService;
import dev.lading.account.PrincipalId;
import dev.lading.console.ConsoleForm;
import dev.lading.console.ResourceLinks;
import dev.lading.distribution.DistributionService;
import dev.lading.distribution.PullThroughService;
import dev.lading.grant.Grant;
import dev.lading.grant.GrantService;
import dev.lading.grant.NamespaceService;
import dev.lading.grant.Role;
import dev.lading.grant.RoleService;
import dev.lading.grant.Target;
import dev.lading.grant.TargetNames;
import dev.lading.history.RepositoryKind;
import dev.lading.management.account.Objects;
import dev.lading.management.api.Problem;
import dev.lading.management.resource.ResourceModel;
import dev.lading.metadata.Page;
import dev.lading.remote.RemoteKind;
import dev.lading.remote.RemoteService;
import dev.lading.repository.RepositoryService;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What users, groups and robots were given: for pages to show, and from forms that give it. */
@Singleton
public class GivenRoles {
    private static final int IN_PAGE = 50;
    private static final int MAX_NAME = 255;
    private static final String OBJECT = "object";

    private final GrantService grants;
    private final RoleService roles;
    private final TargetNames names;
    private final NamespaceService namespaces;
    private final RepositoryService repositories;
    private final DistributionService distributions;
    private final RemoteService remotes;
    private final PullThroughService pullThroughs;
    private final GroupService groups;

    public GivenRoles(
            GrantService grants,
            RoleService roles,
            TargetNames names,
            NamespaceService namespaces,
            RepositoryService repositories,
            DistributionService distributions,
            RemoteService remotes,
            PullThroughService pullThroughs,
            GroupService groups) {
        this.grants = grants;
        this.roles = roles;
        this.names = names;
        this.namespaces = namespaces;
        this.repositories = repositories;
        this.distributions = distributions;
        this.remotes = remotes;
        this.pullThroughs = pullThroughs;
        this.groups = groups;
    }

    /**
     * A role that somebody was given.
     *
     * @param role empty: it was deleted
     * @param name of what it is on; empty: everything, or what is gone
     * @param link path below {@code /ui} of that; empty: it has no page
     * @param object as commands name it; empty: everything
     */
    public record Row(Grant grant, Optional<Role> role, String name, String link, String object) {
        public String description() {
            return role.map(Role::description).orElse("");
        }

        public String kind() {
            return grant.target().kind().text().replace('-', ' ');
        }

        public boolean onEverything() {
            return grant.target().kind() == Target.Kind.EVERYTHING;
        }
    }

    /**
     * A part of what somebody was given.
     *
     * @param all roles that there are
     * @param next where the next part begins; empty: this is the last
     */
    public record Rows(List<Row> rows, List<Role> all, String next, boolean first) {
        /** What roles are given on, as the form names it. */
        public List<String> kinds() {
            return Arrays.stream(Target.Kind.values()).map(Target.Kind::text).toList();
        }
    }

    /** One read for roles that administrators made, one for what was given, and one for each kind of objects among it. */
    public Rows of(PrincipalId holder, String after) {
        List<Role> all = roles.all().toList();
        Map<String, Role> byName = all.stream().collect(Collectors.toMap(Role::name, Function.identity()));
        Optional<String> behind = Optional.of(after).filter(text -> !text.isEmpty());
        Page<Grant> given = grants.givenTo(holder, behind, IN_PAGE);
        Map<Target, String> named =
                names.of(given.records().stream().map(Grant::target).toList());
        List<Row> rows = given.records().stream()
                .map(grant -> new Row(
                        grant,
                        Optional.ofNullable(byName.get(grant.role())),
                        named.getOrDefault(grant.target(), ""),
                        named.containsKey(grant.target()) ? link(grant.target()) : "",
                        Objects.href(grant.target()).orElse("")))
                .toList();
        return new Rows(rows, all, given.next().orElse(""), behind.isEmpty());
    }

    private static String link(Target target) {
        return switch (target.kind()) {
            case GROUP -> "/access/groups/" + target.id() + "/";
            case NAMESPACE -> "/repositories/?prefix=" + target.id() + "/";
            default -> Objects.href(target).flatMap(ResourceLinks::page).orElse("");
        };
    }

    /** Gives what a form says. */
    void give(PrincipalId holder, RoutingContext request) {
        Target target = target(ConsoleForm.text(request, "on"), ConsoleForm.text(request, OBJECT));
        var _ = grants.give(holder, ConsoleForm.text(request, "role"), target);
    }

    /** @throws Problem 404 if they were not given that, or no more */
    void take(PrincipalId holder, String grant) {
        grants.take(grants.find(holder, ResourceModel.pathId(grant)).orElseThrow(Problem::notFound));
    }

    private Target target(String kind, String name) {
        if (name.length() > MAX_NAME) {
            throw Problem.field(OBJECT, "No name is as long as this.");
        }
        Target.Kind of = Arrays.stream(Target.Kind.values())
                .filter(each -> each.text().equals(kind))
                .findFirst()
                .orElseThrow(() -> Problem.field("on", "choose what the role is given on"));
        Optional<Target> found = switch (of) {
            case EVERYTHING -> Optional.of(Target.EVERYTHING);
            case NAMESPACE -> namespaces.find(name).map(each -> Target.namespace(each.name()));
            case DISTRIBUTION -> distributions.findNamed(name).map(each -> Target.distribution(each.id()));
            case REPOSITORY -> repositories.findNamed(name).map(each -> Target.repository(each.id()));
            case FILE_REPOSITORY ->
                repositories
                        .findNamed(RepositoryKind.FILE, name)
                        .map(each -> Target.repository(RepositoryKind.FILE, each.id()));
            case REMOTE -> remotes.findNamed(name).map(each -> Target.remote(each.id()));
            case PULL_THROUGH -> pullThroughs.findNamed(name).map(each -> Target.pullThrough(each.id()));
            case PULL_THROUGH_REMOTE ->
                remotes.findNamed(RemoteKind.PULL_THROUGH, name)
                        .map(each -> Target.remote(RemoteKind.PULL_THROUGH, each.id()));
            case GROUP -> groups.findNamed(name).map(each -> Target.group(each.id()));
        };
        return found.orElseThrow(() -> Problem.field(
                OBJECT,
                name.isEmpty()
                        ? "Say the name of the " + kind.replace('-', ' ') + "."
                        : "There is no " + kind.replace('-', ' ') + " '" + name + "'."));
    }
}
