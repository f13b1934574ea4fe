package dev.lading.account;

import dev.lading.metadata.Key;
import dev.lading.metadata.NameIndex;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.password.RobotSecret;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A robot: an account for a program, in a namespace that it ends with.
 *
 * @param secrets the newest last; the one before it counts until it expires, so that a secret can be replaced
 * @param maker who made it, whose rights are the most that it has; empty: an administrator
 */
public record Robot(
        PrincipalId id,
        RobotName name,
        String description,
        List<RobotSecret> secrets,
        Optional<PrincipalId> maker,
        Instant created,
        long epoch,
        long revision)
        implements Account {
    private static final String PARTITION = "all";
    private static final int MAX_SECRETS = 2;

    static final Table<Robot> TABLE = Table.audited("robot", Robot.class, robot -> key(robot.id()));
    static final NameIndex<RobotName, Named> NAMES =
            new NameIndex<>(new Table<>("robot-name", Named.class, named -> key(named.name())), Robot::key);

    /** Whose a name is. Names are listed by it. */
    record Named(RobotName name, PrincipalId id) {}

    public Robot {
        // Empty attributes are not stored.
        description = description == null ? "" : description;
        secrets = secrets == null ? List.of() : List.copyOf(secrets);
    }

    static Key key(PrincipalId id) {
        return new Key(id.toString(), "robot");
    }

    private static Key key(RobotName name) {
        return new Key(PARTITION, name.toString());
    }

    /** All names in order. */
    static Query allNames(int limit) {
        return Query.ascending(PARTITION, "0", "~", limit);
    }

    /** Names that begin with a text, in their order. */
    static Query namesFrom(String prefix, int limit) {
        return Query.beginning(PARTITION, prefix, limit);
    }

    /** The names in one namespace. */
    static Query names(String namespace, int limit) {
        return Query.ascending(PARTITION, namespace + "+", namespace + "+~", limit);
    }

    @Override
    public String title() {
        return name.toString();
    }

    @Override
    public boolean isUsable(Instant now) {
        return secrets.stream().anyMatch(secret -> secret.counts(now));
    }

    @Override
    public Set<PrincipalId> groupIds() {
        return Set.of();
    }

    Named named() {
        return new Named(name, id);
    }

    Robot described(String changed) {
        return new Robot(id, name, changed, secrets, maker, created, epoch, revision + 1);
    }

    Robot with(List<RobotSecret> changed) {
        return new Robot(id, name, description, changed, maker, created, epoch, revision + 1);
    }

    /** With one more secret; of those before, the newest is left, and counts until {@code end} at the longest. */
    Robot adding(RobotSecret secret, Instant end) {
        List<RobotSecret> kept =
                new ArrayList<>(secrets.stream().map(each -> each.endingBy(end)).toList());
        kept.add(secret);
        return with(kept.subList(Math.max(0, kept.size() - MAX_SECRETS), kept.size()));
    }

    Robot inNextEpoch() {
        return new Robot(id, name, description, secrets, maker, created, epoch + 1, revision + 1);
    }
}
