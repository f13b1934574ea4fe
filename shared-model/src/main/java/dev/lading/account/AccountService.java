package dev.lading.account;

import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Write;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Users, robots and groups by the id that roles are given to. */
public final class AccountService {
    private final MetadataStore store;
    private final UserService users;
    private final RobotService robots;
    private final GroupService groups;
    private final InstantSource clock;

    public AccountService(
            MetadataStore store, UserService users, RobotService robots, GroupService groups, InstantSource clock) {
        this.store = store;
        this.users = users;
        this.robots = robots;
        this.groups = groups;
        this.clock = clock;
    }

    public Optional<Account> find(PrincipalId id) {
        return users.find(id).<Account>map(user -> user).or(() -> robots.find(id));
    }

    /** The accounts of up to {@value MetadataStore#MAX_GETS} ids that are still there, by one read of each kind. */
    public List<Account> findAll(Collection<PrincipalId> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        List<Account> found = new ArrayList<>(
                store.getAll(User.TABLE, ids.stream().map(User::key).toList()));
        if (found.size() < ids.size()) {
            found.addAll(store.getAll(Robot.TABLE, ids.stream().map(Robot::key).toList()));
        }
        return found;
    }

    public Optional<Principal> principal(PrincipalId id) {
        return find(id).<Principal>map(account -> account).or(() -> groups.find(id));
    }

    /**
     * Names of users, robots and groups by id; at most three reads. Those that are gone are left out.
     *
     * @param ids at most {@link MetadataStore#MAX_GETS}
     */
    public Map<PrincipalId, Principal> principals(Set<PrincipalId> ids) {
        Map<PrincipalId, Principal> found = new HashMap<>();
        find(ids, found, users::findAll);
        find(ids, found, robots::findAll);
        find(ids, found, groups::findAll);
        return found;
    }

    private static void find(
            Set<PrincipalId> ids,
            Map<PrincipalId, Principal> found,
            Function<List<PrincipalId>, List<? extends Principal>> find) {
        List<PrincipalId> missing =
                ids.stream().filter(id -> !found.containsKey(id)).toList();
        if (!missing.isEmpty()) {
            find.apply(missing).forEach(principal -> found.put(principal.id(), principal));
        }
    }

    /** An account that credentials count of, as it is now. */
    public Optional<Identity> usable(PrincipalId id) {
        return find(id).flatMap(this::usable);
    }

    /** Reads an account's groups, and a robot's maker; empty: credentials of it, or of its maker, count no longer. */
    public Optional<Identity> usable(Account account) {
        if (!account.isUsable(clock.instant())) {
            return Optional.empty();
        }
        Optional<PrincipalId> maker = account instanceof Robot robot ? robot.maker() : Optional.empty();
        Optional<Identity> made = maker.flatMap(users::find).flatMap(this::usable);
        return maker.isPresent() && made.isEmpty()
                ? Optional.empty()
                : Optional.of(new Identity(account, groups.of(account), made));
    }

    /** A check that somebody is still there, for the transaction that gives them something. */
    public Write present(Principal principal) {
        return switch (principal) {
            case User user -> Write.checkUnchanged(User.TABLE, user);
            case Robot robot -> Write.checkUnchanged(Robot.TABLE, robot);
            case Group group -> Write.checkUnchanged(Group.TABLE, group);
        };
    }

    /** Writes that end tokens in the transaction that takes something from somebody; none if they are gone. */
    public List<Write> endTokens(PrincipalId id) {
        return principal(id)
                .map(principal -> List.of(
                        inNextEpoch(principal),
                        Revocations.read(store).adding(id, principal.epoch() + 1, clock.instant())))
                .orElse(List.of());
    }

    private static Write inNextEpoch(Principal principal) {
        return switch (principal) {
            case User user -> Write.put(User.TABLE, user.inNextEpoch(), Condition.unchanged(user));
            case Robot robot -> Write.put(Robot.TABLE, robot.inNextEpoch(), Condition.unchanged(robot));
            case Group group -> Write.put(Group.TABLE, group.inNextEpoch(), Condition.unchanged(group));
        };
    }
}
