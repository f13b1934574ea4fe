package dev.lading.management.account;

import dev.lading.account.User;
import dev.lading.account.UserService;
import dev.lading.account.Username;
import dev.lading.grant.Grant;
import dev.lading.grant.GrantService;
import dev.lading.grant.Role;
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

/** {@code add_role/}, {@code remove_role/} and {@code list_roles/} of any object that roles are given on. */
@Singleton
public class ObjectRoles {
    /** A role, and who has it on an object. */
    record Given(String role, List<String> users) {}

    /** All roles that somebody has on an object. */
    record All(List<Given> roles) {}

    static final Model<Given> GIVEN = new Model<Given>("NestedRole")
            .requires("role", Schema.TEXT.filled(), Given::role)
            .allows("users", Schema.listOf(Schema.TEXT.filled()).orElse(List.of()), Given::users)
            .allows("groups", Schema.listOf(Schema.TEXT.filled()).orElse(List.of()), given -> List.of());

    static final Model<All> ALL =
            new Model<All>("ObjectRoles").tells("roles", GIVEN.listSchema(), all -> GIVEN.renderAll(all.roles()));

    private static final Model<List<String>> MINE = new Model<List<String>>("MyPermissions")
            .tells("permissions", Schema.listOf(Schema.TEXT), permissions -> permissions);

    public static final List<Model<?>> MODELS = List.of(GIVEN, ALL, MINE);

    private final UserService users;
    private final GrantService grants;

    public ObjectRoles(UserService users, GrantService grants) {
        this.users = users;
        this.grants = grants;
    }

    /** @param holds whether the caller has a permission there: nobody gives what they lack */
    Response add(Target target, Predicate<String> holds, RoutingContext request) throws IOException {
        Values body = Body.read(GIVEN, request, false);
        String role = body.text("role");
        Role.find(role).stream()
                .flatMap(found -> found.permissionsOn(target.kind()).stream())
                .filter(permission -> !holds.test(permission))
                .findFirst()
                .ifPresent(lacking -> {
                    throw Access.denied(lacking);
                });
        List<User> named = named(body);
        named.forEach(user -> grants.give(user.id(), role, target));
        return Responses.of(201, GIVEN, given(role, named)).build();
    }

    Response remove(Target target, RoutingContext request) throws IOException {
        Values body = Body.read(GIVEN, request, false);
        String role = body.text("role");
        List<User> named = named(body);
        List<Grant> on =
                grants.on(target).filter(grant -> grant.role().equals(role)).toList();
        for (User user : named) {
            grants.take(on.stream()
                    .filter(grant -> grant.user().equals(user.id()))
                    .findFirst()
                    .orElseThrow(() -> Problem.field(
                            "users", "'" + user.name() + "' does not have the role '" + role + "' here")));
        }
        return Responses.of(201, GIVEN, given(role, named)).build();
    }

    private static Given given(String role, List<User> users) {
        return new Given(role, users.stream().map(user -> user.name().value()).toList());
    }

    private List<User> named(Values body) {
        if (!body.texts("groups", List.of()).isEmpty()) {
            throw Problem.field("groups", "there are no groups here yet");
        }
        List<User> named = new ArrayList<>();
        for (String name : body.texts("users", List.of()).stream().distinct().toList()) {
            named.add(Username.parse(name)
                    .flatMap(users::findNamed)
                    .orElseThrow(() -> Problem.field("users", "there is no user '" + name + "'")));
        }
        if (named.isEmpty()) {
            throw Problem.field("users", "say at least one user");
        }
        return named;
    }

    /** The permissions that the caller has on an object. */
    static Response mine(Target.Kind kind, Predicate<String> holds) {
        List<String> permissions = Role.allOn(kind).stream()
                .filter(holds)
                .map(permission -> "container." + permission)
                .toList();
        return Responses.ok(MINE, permissions);
    }

    Response list(Target target) {
        Map<String, List<String>> byRole = new TreeMap<>();
        grants.on(target)
                .forEach(grant -> users.find(grant.user())
                        .ifPresent(user -> byRole.computeIfAbsent(grant.role(), role -> new ArrayList<>())
                                .add(user.name().value())));
        List<Given> roles = byRole.entrySet().stream()
                .map(entry -> new Given(
                        entry.getKey(), entry.getValue().stream().sorted().toList()))
                .toList();
        return Responses.ok(ALL, new All(roles));
    }
}
