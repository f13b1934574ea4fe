package dev.lading.account;

import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.NameRange;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Page;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Groups by id and by name, and who is in them. */
public final class GroupService {
    /** Limit on the groups of one user; each costs reads where the user logs in. */
    static final int MAX_GROUPS = 20;

    private final MetadataStore store;
    private final UserService users;
    private final InstantSource clock;

    public GroupService(MetadataStore store, UserService users, InstantSource clock) {
        this.store = store;
        this.users = users;
        this.clock = clock;
    }

    public Group create(String name) {
        return create(name, id -> List.of());
    }

    /**
     * Creates a group.
     *
     * @param with more writes of the same transaction, by the group's id
     * @throws FieldInvalid if the name is unusable or taken
     */
    public Group create(String name, Function<PrincipalId, List<Write>> with) {
        Group.requireName(name);
        return OptimisticRetry.until(clock, () -> {
            Group group = new Group(PrincipalId.random(), name, clock.instant(), 1, 0);
            List<Write> writes = new ArrayList<>(with.apply(group.id()));
            writes.add(Write.put(Group.TABLE, group, Condition.absent()));
            writes.add(Group.NAMES.claim(group.named()));
            boolean created = store.write(writes);
            if (!created && Group.NAMES.find(store, name).isPresent()) {
                throw taken(name);
            }
            return created ? Optional.of(group) : Optional.empty();
        });
    }

    private static FieldInvalid taken(String name) {
        return new FieldInvalid("name", "There is a group '" + name + "' already.");
    }

    public Optional<Group> find(PrincipalId id) {
        return store.get(Group.TABLE, Group.key(id));
    }

    public Group get(PrincipalId id) {
        return find(id).orElseThrow(() -> new EntityUnknown("group", id));
    }

    public Optional<Group> findNamed(String name) {
        return Group.NAMES.find(store, name).flatMap(named -> find(named.id()));
    }

    /** Groups in the order of their names; costs one more read for each. */
    public Page<Group> list(Optional<String> after, int limit) {
        return store.query(Group.NAMES.table(), Group.allNames(limit).after(after))
                .flatMap(named -> find(named.id()));
    }

    /**
     * Groups whose names begin with a text, in their order; two reads.
     *
     * @param asked for up to {@link MetadataStore#MAX_GETS}, with {@link Page#next} of the page before
     */
    public Page<Group> list(NameRange asked) {
        Page<Group.Named> page = store.query(Group.NAMES.table(), asked.of(Group.names(asked.prefix(), asked.limit())));
        return new Page<>(findAll(page.records().stream().map(Group.Named::id).toList()), page.next());
    }

    /** Those of some groups that are there; one read, or none for none. */
    public List<Group> findAll(List<PrincipalId> ids) {
        return ids.isEmpty()
                ? List.of()
                : store.getAll(Group.TABLE, ids.stream().map(Group::key).toList());
    }

    public Group rename(PrincipalId id, String name) {
        Group.requireName(name);
        return OptimisticRetry.until(clock, () -> {
            Group before = get(id);
            Group after = before.renamed(name);
            List<Write> writes = new ArrayList<>();
            writes.add(Write.put(Group.TABLE, after, Condition.unchanged(before)));
            writes.addAll(Group.NAMES.replace(
                    store, Optional.of(before.named()), Optional.of(after.named()), () -> taken(name)));
            return store.write(writes) ? Optional.of(after) : Optional.empty();
        });
    }

    /**
     * Deletes a group, and ends the tokens that its roles count in. Its id is never used again, so that what is left of
     * it in other records means nothing.
     *
     * @return false: there is none
     */
    public boolean delete(PrincipalId id) {
        boolean deleted = OptimisticRetry.until(clock, () -> {
            Optional<Group> group = find(id);
            if (group.isEmpty()) {
                return Optional.of(false);
            }
            boolean done = store.write(
                    Write.deleteUnchanged(Group.TABLE, group.get()),
                    Group.NAMES.release(group.get().named()),
                    Revocations.read(store).ending(id, clock.instant()));
            return done ? Optional.of(true) : Optional.empty();
        });
        store.stream(Group.MEMBERS, Group.members(id)).toList().forEach(member -> remove(id, member.user(), false));
        return deleted;
    }

    /** The groups that an account is in, by id. */
    public List<Group> of(Account account) {
        return findAll(List.copyOf(account.groupIds()));
    }

    /** The users in a group, by id. */
    public Stream<User> members(PrincipalId group) {
        return store.stream(Group.MEMBERS, Group.members(group)).flatMap(member -> users.find(member.user()).stream());
    }

    /**
     * The users in a group, by id; two reads.
     *
     * @param limit at most {@link MetadataStore#MAX_GETS}
     */
    public Page<User> members(PrincipalId group, Optional<String> after, int limit) {
        Page<Group.Member> page =
                store.query(Group.MEMBERS, Group.members(group, limit).resumed(after));
        return new Page<>(
                users.findAll(page.records().stream().map(Group.Member::user).toList()), page.next());
    }

    /** Puts a user in a group. Idempotent. */
    public void add(PrincipalId group, PrincipalId user) {
        var _ = OptimisticRetry.until(clock, () -> {
            Group joined = get(group);
            User before = users.get(user);
            if (before.groupIds().contains(group)) {
                return Optional.of(true);
            }
            User after = before.in(group);
            // Of those that are gone, the ids may be left.
            if (after.groupIds().size() > MAX_GROUPS) {
                throw new FieldInvalid(
                        "username",
                        "User '" + before.name() + "' is in " + MAX_GROUPS + " groups, which is the limit.");
            }
            boolean added = store.write(
                    Write.put(User.TABLE, after, Condition.unchanged(before)),
                    Write.put(Group.MEMBERS, new Group.Member(group, user)),
                    Write.checkUnchanged(Group.TABLE, joined));
            return added ? Optional.of(true) : Optional.empty();
        });
    }

    /**
     * Takes a user out of a group, and ends their tokens. Idempotent.
     *
     * @return false: the user is not in it
     */
    public boolean remove(PrincipalId group, PrincipalId user) {
        return remove(group, user, true);
    }

    /** @param endsTokens not those of a group that is gone, which ended with it */
    private boolean remove(PrincipalId group, PrincipalId user, boolean endsTokens) {
        return OptimisticRetry.until(clock, () -> {
            Optional<User> member =
                    users.find(user).filter(each -> each.groupIds().contains(group));
            List<Write> writes = new ArrayList<>();
            writes.add(Write.delete(Group.MEMBERS, new Group.Member(group, user)));
            member.ifPresent(before -> {
                User out = before.outOf(group);
                User after = endsTokens ? out.inNextEpoch() : out;
                writes.add(Write.put(User.TABLE, after, Condition.unchanged(before)));
                if (endsTokens) {
                    writes.add(Revocations.read(store).adding(user, after.epoch(), clock.instant()));
                }
            });
            return store.write(writes) ? Optional.of(member.isPresent()) : Optional.empty();
        });
    }
}
