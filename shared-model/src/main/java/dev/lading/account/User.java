package dev.lading.account;

import dev.lading.metadata.Key;
import dev.lading.metadata.NameIndex;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.password.PasswordHash;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A user.
 *
 * @param password empty: they cannot log in with one
 * @param groupIds of the groups that they are in; some may be gone
 * @param epoch increased whenever rights or credentials are taken away; tokens of an earlier one end
 */
public record User(
        PrincipalId id,
        Username name,
        UserProfile profile,
        Optional<PasswordHash> password,
        Set<PrincipalId> groupIds,
        Instant joined,
        long epoch,
        long revision)
        implements Account {
    private static final String PARTITION = "all";

    public static final Table<User> TABLE = Table.audited("user", User.class, user -> key(user.id()));
    static final NameIndex<Username, Named> NAMES =
            new NameIndex<>(new Table<>("user-name", Named.class, named -> key(named.name())), User::key);

    /** Whose a name is. Names are listed by it. */
    record Named(Username name, PrincipalId id) {}

    public User {
        // Empty attributes are not stored.
        groupIds = groupIds == null ? Set.of() : Collections.unmodifiableSet(new TreeSet<>(groupIds));
    }

    static Key key(PrincipalId id) {
        return new Key(id.toString(), "user");
    }

    private static Key key(Username name) {
        return new Key(PARTITION, name.folded());
    }

    /** All names in order. */
    static Query allNames(int limit) {
        return Query.ascending(PARTITION, "0", "~", limit);
    }

    /** Names that begin with a text, in their order. */
    static Query names(String prefix, int limit) {
        return Query.beginning(PARTITION, prefix, limit);
    }

    @Override
    public String title() {
        return name.value();
    }

    @Override
    public boolean isUsable(Instant now) {
        return profile.active();
    }

    Named named() {
        return new Named(name, id);
    }

    User with(UserProfile changed, Optional<PasswordHash> changedPassword) {
        return new User(id, name, changed, changedPassword, groupIds, joined, epoch, revision + 1);
    }

    User renamed(Username changed) {
        return new User(id, changed, profile, password, groupIds, joined, epoch, revision + 1);
    }

    User in(PrincipalId group) {
        Set<PrincipalId> groups = new TreeSet<>(groupIds);
        groups.add(group);
        return new User(id, name, profile, password, groups, joined, epoch, revision + 1);
    }

    User outOf(PrincipalId group) {
        Set<PrincipalId> groups = new TreeSet<>(groupIds);
        groups.remove(group);
        return new User(id, name, profile, password, groups, joined, epoch, revision + 1);
    }

    User inNextEpoch() {
        return new User(id, name, profile, password, groupIds, joined, epoch + 1, revision + 1);
    }
}
