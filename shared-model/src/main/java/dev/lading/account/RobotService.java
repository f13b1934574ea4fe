package dev.lading.account;

import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.NameRange;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Page;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RegistryException.StoreBusy;
import dev.lading.oci.RegistryException.StoreFull;
import dev.lading.password.RobotSecret;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Robots by id and by name, and their secrets. */
public final class RobotService {
    private static final int IN_PAGE = 1_000;
    private static final Logger LOG = Logger.getLogger(RobotService.class);

    /** Nobody's id, read where a name is nobody's, so that the time tells none. */
    private static final PrincipalId NOBODY = new PrincipalId(0);

    private final MetadataStore store;
    private final InstantSource clock;

    public RobotService(MetadataStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * A robot, and a secret of it that is shown this once.
     *
     * @param secret the text
     */
    public record WithSecret(Robot robot, String secret) {
        /** Nothing of the secret, so that no log has it. */
        @Override
        public String toString() {
            return robot + " with a new secret";
        }
    }

    /**
     * Creates a robot.
     *
     * @param life how long its first secret counts
     * @param maker empty: an administrator
     * @param with more writes of the same transaction, by the robot's id
     * @throws FieldInvalid if the name is taken
     */
    public WithSecret create(
            RobotName name,
            String description,
            Duration life,
            Optional<PrincipalId> maker,
            Function<PrincipalId, List<Write>> with) {
        return OptimisticRetry.until(clock, () -> {
            Instant now = clock.instant();
            RobotSecret.Made made = RobotSecret.make(now, now.plus(life));
            Robot robot = new Robot(PrincipalId.random(), name, description, List.of(made.secret()), maker, now, 1, 0);
            List<Write> writes = new ArrayList<>(with.apply(robot.id()));
            writes.add(Write.put(Robot.TABLE, robot, Condition.absent()));
            writes.add(Robot.NAMES.claim(robot.named()));
            boolean created = store.write(writes);
            if (!created && Robot.NAMES.find(store, name).isPresent()) {
                throw new FieldInvalid("name", "There is a robot '" + name + "' already.");
            }
            return created ? Optional.of(new WithSecret(robot, made.text())) : Optional.empty();
        });
    }

    public Optional<Robot> find(PrincipalId id) {
        return store.get(Robot.TABLE, Robot.key(id));
    }

    public Robot get(PrincipalId id) {
        return find(id).orElseThrow(() -> new EntityUnknown("robot", id));
    }

    /** Two reads, whether there is one or not. */
    public Optional<Robot> findNamed(RobotName name) {
        return find(Robot.NAMES.find(store, name).map(Robot.Named::id).orElse(NOBODY));
    }

    /** Robots in the order of their names; costs one more read for each. */
    public Page<Robot> list(Optional<String> after, int limit) {
        return store.query(Robot.NAMES.table(), Robot.allNames(limit).after(after))
                .flatMap(named -> find(named.id()));
    }

    /**
     * Robots whose names begin with a text, as {@code team+} for those of a namespace, in their order; two reads.
     *
     * @param asked for up to {@link MetadataStore#MAX_GETS}
     */
    public Page<Robot> list(NameRange asked) {
        Page<Robot.Named> page =
                store.query(Robot.NAMES.table(), asked.of(Robot.namesFrom(asked.prefix(), asked.limit())));
        return new Page<>(findAll(page.records().stream().map(Robot.Named::id).toList()), page.next());
    }

    /** Those of some robots that are there; one read. */
    List<Robot> findAll(List<PrincipalId> ids) {
        return store.getAll(Robot.TABLE, ids.stream().map(Robot::key).toList());
    }

    /** The robots of a namespace, by name. */
    public Stream<Robot> in(String namespace) {
        return store.stream(Robot.NAMES.table(), Robot.names(namespace, IN_PAGE))
                .flatMap(named -> find(named.id()).stream());
    }

    /** The secret that a text is; one that has expired is none. */
    public Optional<RobotSecret> secret(Robot robot, String text) {
        Instant now = clock.instant();
        return robot.secrets().stream()
                .filter(secret -> secret.counts(now) && secret.matches(text))
                .findFirst();
    }

    /**
     * Writes down that a secret was used, once a day. A race that is lost is another's who writes the same, and a store
     * that cannot be written to keeps nobody from pulling.
     */
    public void used(Robot robot, RobotSecret secret) {
        secret.usedAt(clock.instant()).ifPresent(used -> {
            List<RobotSecret> secrets = robot.secrets().stream()
                    .map(each -> each.id().equals(used.id()) ? used : each)
                    .toList();
            try {
                store.writeUnsynced(List.of(Write.put(Robot.TABLE, robot.with(secrets), Condition.unchanged(robot))));
            } catch (StoreFull | StoreBusy e) {
                LOG.warnf("cannot write down that robot '%s' logged in: %s", robot.name(), e.getMessage());
            }
        });
    }

    public Robot describe(PrincipalId id, String description) {
        return OptimisticRetry.until(clock, () -> {
            Robot before = get(id);
            return write(before, before.described(description), false);
        });
    }

    /**
     * Makes a robot a new secret, beside the newest of before.
     *
     * @param life how long it counts
     * @param overlap how long the one before counts beside it; with none, all tokens of the robot end, too
     */
    public WithSecret rotate(PrincipalId id, Duration life, Duration overlap) {
        return OptimisticRetry.until(clock, () -> {
            Instant now = clock.instant();
            RobotSecret.Made made = RobotSecret.make(now, now.plus(life));
            Robot before = get(id);
            Robot after = before.adding(made.secret(), now.plus(overlap));
            boolean ends = overlap.isZero();
            return write(before, ends ? after.inNextEpoch() : after, ends)
                    .map(robot -> new WithSecret(robot, made.text()));
        });
    }

    /**
     * Ends a secret, and all tokens of its robot. Idempotent.
     *
     * @return false: the robot has no such secret
     */
    public boolean end(PrincipalId id, UUID secret) {
        return OptimisticRetry.until(clock, () -> {
            Robot before = get(id);
            List<RobotSecret> left = before.secrets().stream()
                    .filter(each -> !each.id().equals(secret))
                    .toList();
            return left.equals(before.secrets())
                    ? Optional.of(false)
                    : write(before, before.with(left).inNextEpoch(), true).map(done -> true);
        });
    }

    private Optional<Robot> write(Robot before, Robot after, boolean endsTokens) {
        List<Write> writes = new ArrayList<>();
        writes.add(Write.put(Robot.TABLE, after, Condition.unchanged(before)));
        if (endsTokens) {
            writes.add(Revocations.read(store).adding(after.id(), after.epoch(), clock.instant()));
        }
        return store.write(writes) ? Optional.of(after) : Optional.empty();
    }

    /**
     * Deletes a robot and ends its tokens.
     *
     * @return false: there is none
     */
    public boolean delete(PrincipalId id) {
        return OptimisticRetry.until(clock, () -> {
            Optional<Robot> robot = find(id);
            if (robot.isEmpty()) {
                return Optional.of(false);
            }
            boolean deleted = store.write(
                    Write.deleteUnchanged(Robot.TABLE, robot.get()),
                    Robot.NAMES.release(robot.get().named()),
                    Revocations.read(store).ending(id, clock.instant()));
            return deleted ? Optional.of(true) : Optional.empty();
        });
    }
}
