package dev.lading.management.account;

import dev.lading.account.Account;
import dev.lading.account.AccountService;
import dev.lading.account.Group;
import dev.lading.account.GroupService;
import dev.lading.account.Principal;
import dev.lading.account.RobotName;
import dev.lading.account.RobotService;
import dev.lading.account.UserService;
import dev.lading.account.Username;
import dev.lading.grant.Grant;
import dev.lading.grant.GrantService;
import dev.lading.grant.Role;
import dev.lading.grant.RoleService;
import dev.lading.grant.Target;
import dev.lading.management.access.Access;
import dev.lading.management.api.Body;
import dev.lading.management.api.Model;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.management.resource.Responses;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** {@code add_role/}, {@code remove_role/} and {@code list_roles/} of any object that roles are given on. */
@Singleton
public class ObjectRoles {
    private static final String USERS = "users";
    private static final String GROUPS = "groups";

    /** A role, and who has it on an object. */
    record Given(String role, List<String> users, List<String> groups) {}

    /** All roles that somebody has on an object. */
    record All(List<Given> roles) {}

    static final Model<Given> GIVEN = new Model<Given>("NestedRole")
            .requires("role", Schema.TEXT.filled(), Given::role)
            .allows(USERS, Schema.listOf(Schema.TEXT.filled()).orElse(List.of()), Given::users)
            .allows(GROUPS, Schema.listOf(Schema.TEXT.filled()).orElse(List.of()), Given::groups);

    static final Model<All> ALL =
            new Model<All>("ObjectRoles").tells("roles", GIVEN.listSchema(), all -> GIVEN.renderAll(all.roles()));

    private static final Model<List<String>> MINE = new Model<List<String>>("MyPermissions")
            .tells("permissions", Schema.listOf(Schema.TEXT), permissions -> permissions);

    public static final List<Model<?>> MODELS = List.of(GIVEN, ALL, MINE);

    private final UserService users;
    private final RobotService robots;
    private final GroupService groups;
    private final AccountService accounts;
    private final RoleService roles;
    private final GrantService grants;

    public ObjectRoles(
            UserService users,
            RobotService robots,
            GroupService groups,
            AccountService accounts,
            RoleService roles,
            GrantService grants) {
        this.users = users;
        this.robots = robots;
        this.groups = groups;
        this.accounts = accounts;
        this.roles = roles;
        this.grants = grants;
    }

    /** @param holds whether the caller has a permission there: nobody gives what they lack */
    Response add(Target target, Predicate<String> holds, RoutingContext request) throws IOException {
        Values body = Body.read(GIVEN, request, false);
        String role = body.text("role");
        roles.find(role).stream()
                .flatMap(found -> found.permissionsOn(target.kind()).stream())
                .filter(permission -> !holds.test(permission))
                .findFirst()
                .ifPresent(lacking -> {
                    throw Access.denied(lacking);
                });
        List<Principal> named = named(body);
        named.forEach(each -> grants.give(each.id(), role, target));
        return Responses.of(201, GIVEN, given(role, named)).build();
    }

    Response remove(Target target, RoutingContext request) throws IOException {
        Values body = Body.read(GIVEN, request, false);
        String role = body.text("role");
        List<Principal> named = named(body);
        List<Grant> on =
                grants.on(target).filter(grant -> grant.role().equals(role)).toList();
        for (Principal each : named) {
            grants.take(on.stream()
                    .filter(grant -> grant.user().equals(each.id()))
                    .findFirst()
                    .orElseThrow(() -> Problem.field(
                            each instanceof Group ? GROUPS : USERS,
                            "'" + each.title() + "' does not have the role '" + role + "' here")));
        }
        return Responses.of(201, GIVEN, given(role, named)).build();
    }

    private static Given given(String role, List<Principal> holders) {
        return new Given(
                role,
                titles(holders.stream().filter(Account.class::isInstance)),
                titles(holders.stream().filter(Group.class::isInstance)));
    }

    private static List<String> titles(Stream<Principal> holders) {
        return holders.map(Principal::title).sorted().toList();
    }

    /** Whom a body names: users and robots by their names, and groups by theirs. */
    private List<Principal> named(Values body) {
        List<Principal> named = new ArrayList<>();
        for (String name : body.texts(USERS, List.of()).stream().distinct().toList()) {
            named.add(Username.parse(name)
                    .flatMap(users::findNamed)
                    .<Principal>map(user -> user)
                    .or(() -> RobotName.parse(name).flatMap(robots::findNamed))
                    .orElseThrow(() -> Problem.field(USERS, "there is no user or robot '" + name + "'")));
        }
        for (String name : body.texts(GROUPS, List.of()).stream().distinct().toList()) {
            named.add(groups.findNamed(name)
                    .orElseThrow(() -> Problem.field(GROUPS, "there is no group '" + name + "'")));
        }
        if (named.isEmpty()) {
            throw Problem.field(USERS, "say at least one user, robot or group");
        }
        return named;
    }

    /** The permissions that the caller has on an object. */
    static Response mine(Target.Kind kind, Predicate<String> holds) {
        List<String> permissions = Role.allOn(kind).stream()
                .filter(holds)
                .map(permission -> plugin(kind) + permission)
                .toList();
        return Responses.ok(MINE, permissions);
    }

    private static String plugin(Target.Kind kind) {
        return switch (kind) {
            case GROUP -> "core.";
            case FILE_REPOSITORY -> "file.";
            default -> "container.";
        };
    }

    Response list(Target target) {
        Map<String, List<Principal>> byRole = new TreeMap<>();
        grants.on(target)
                .forEach(grant -> accounts.principal(grant.user())
                        .ifPresent(holder -> byRole.computeIfAbsent(grant.role(), role -> new ArrayList<>())
                                .add(holder)));
        List<Given> roles = byRole.entrySet().stream()
                .map(entry -> given(entry.getKey(), entry.getValue()))
                .toList();
        return Responses.ok(ALL, new All(roles));
    }
}
