package dev.lading.account;

import java.time.Instant;
import java.util.Set;

/** Whoever logs in with a name and a secret: a person's account, or a robot's. */
public sealed interface Account extends Principal permits User, Robot {
    /** Whether credentials of it count. */
    boolean isUsable(Instant now);

    /** The groups that it was put in; some may be gone. */
    Set<PrincipalId> groupIds();
}
