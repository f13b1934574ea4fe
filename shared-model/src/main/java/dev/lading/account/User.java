package dev.lading.account;

import dev.lading.metadata.Key;
import dev.lading.metadata.NameIndex;
import dev.lading.metadata.Query;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.password.PasswordHash;
import java.time.Instant;
import java.util.Optional;

/**
 * A user.
 *
 * @param password empty: they cannot log in with one
 * @param epoch increased whenever rights or credentials are taken away; tokens of an earlier one end
 */
public record User(
        PrincipalId id,
        Username name,
        UserProfile profile,
        Optional<PasswordHash> password,
        Instant joined,
        long epoch,
        long revision)
        implements Revised {
    private static final String PARTITION = "all";

    public static final Table<User> TABLE = new Table<>("user", User.class, user -> key(user.id()));
    static final NameIndex<Username, Named> NAMES =
            new NameIndex<>(new Table<>("user-name", Named.class, named -> key(named.name())), User::key);

    /** Whose a name is. Names are listed by it. */
    record Named(Username name, PrincipalId id) {}

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

    Named named() {
        return new Named(name, id);
    }

    User with(UserProfile changed, Optional<PasswordHash> changedPassword) {
        return new User(id, name, changed, changedPassword, joined, epoch, revision + 1);
    }

    User renamed(Username changed) {
        return new User(id, changed, profile, password, joined, epoch, revision + 1);
    }

    User inNextEpoch() {
        return new User(id, name, profile, password, joined, epoch + 1, revision + 1);
    }
}
