package dev.lading.management.access;

import dev.lading.account.PrincipalId;
import dev.lading.grant.GrantedRights;
import dev.lading.grant.Rights;
import dev.lading.management.api.Problem;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.Optional;

/** The rights of a request's caller. */
public final class Access {
    private static final String RIGHTS = "dev.lading.rights";
    private static final int FORBIDDEN = 403;

    private Access() {}

    public static Rights rights(RoutingContext request) {
        return (Rights) Objects.requireNonNull(request.get(RIGHTS));
    }

    /** The user or robot that calls; empty: the administrator. */
    public static Optional<PrincipalId> caller(RoutingContext request) {
        return request.get(RIGHTS) instanceof Rights rights ? rights.caller() : Optional.empty();
    }

    public static boolean isRobot(Rights rights) {
        return rights.granted().filter(GrantedRights::isRobots).isPresent();
    }

    static void set(RoutingContext request, Rights rights) {
        request.put(RIGHTS, rights);
    }

    /** 403 for something that the caller sees. */
    public static Problem denied(String permission) {
        return Problem.detail(FORBIDDEN, "this needs the permission " + permission + ", which you do not have here");
    }

    /** @throws Problem 403 if the caller does not have a permission on everything */
    public static void requireOnEverything(RoutingContext request, String permission) {
        if (!rights(request).onEverything(permission)) {
            throw denied(permission);
        }
    }
}
