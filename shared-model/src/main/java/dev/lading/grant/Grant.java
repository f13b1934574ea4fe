package dev.lading.grant;

import dev.lading.account.PrincipalId;
import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import java.time.Instant;
import java.util.UUID;

/**
 * A role that somebody was given on something: a row by who has it, and the same row by what it is on.
 *
 * @param user or group, or robot
 */
public record Grant(UUID id, PrincipalId user, Target target, String role, Instant created) {
    private static final int IN_PAGE = 100;

    static final Table<Grant> BY_USER = Table.audited(
            "grant", Grant.class, grant -> new Key(grant.user.toString(), grant.target + " " + grant.role));

    static final Table<Grant> BY_TARGET = new Table<>(
            "granted", Grant.class, grant -> new Key(grant.target.toString(), grant.user + " " + grant.role));

    /** Who has a role that an administrator made. */
    static final Table<Grant> BY_ROLE =
            new Table<>("role-given", Grant.class, grant -> new Key(grant.role, grant.user + " " + grant.target));

    /** The first of those with a role. */
    static Query withRole(String role) {
        return Query.ascending(role, "0", "~", 1);
    }

    static Query ofUser(PrincipalId user) {
        return ofUser(user, IN_PAGE);
    }

    static Query ofUser(PrincipalId user, int limit) {
        return Query.ascending(user.toString(), " ", "~", limit);
    }

    /** Those of one holder on one target, and of no other that begins alike. */
    static Query of(PrincipalId user, Target target) {
        return Query.ascending(user.toString(), target + " ", target + " ~", IN_PAGE);
    }

    static Query on(Target target) {
        return Query.ascending(target.toString(), " ", "~", IN_PAGE);
    }
}
