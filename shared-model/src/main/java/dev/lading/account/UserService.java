package dev.lading.account;

import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.NameRange;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Page;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.password.PasswordChecks;
import dev.lading.password.PasswordHash;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Users by id and by name, and their passwords. */
public final class UserService {
    /** Share of all processors that comparing strangers' passwords may take for long. */
    private static final double STRANGERS = 0.07;

    private final MetadataStore store;
    private final InstantSource clock;
    private final PasswordChecks passwords;

    public UserService(MetadataStore store, InstantSource clock) {
        this(store, clock, STRANGERS * Runtime.getRuntime().availableProcessors());
    }

    /** @param forStrangers processors, for long, that passwords of strangers may take */
    public UserService(MetadataStore store, InstantSource clock, double forStrangers) {
        this.store = store;
        this.clock = clock;
        this.passwords = new PasswordChecks(forStrangers);
    }

    /**
     * Creates a user.
     *
     * @param password empty: they cannot log in with one
     * @throws FieldInvalid if the name or the password is unusable, or the name taken
     */
    public User create(String name, UserProfile profile, Optional<String> password) {
        Username username = Username.requireFree(name);
        Optional<PasswordHash> hash = password.map(passwords::hash);
        return OptimisticRetry.until(clock, () -> {
            User user = new User(PrincipalId.random(), username, profile, hash, Set.of(), clock.instant(), 1, 0);
            // An id that somebody has is drawn once in many lifetimes; then another is.
            boolean created =
                    store.write(Write.put(User.TABLE, user, Condition.absent()), User.NAMES.claim(user.named()));
            if (!created && User.NAMES.find(store, username).isPresent()) {
                throw taken(username);
            }
            return created ? Optional.of(user) : Optional.empty();
        });
    }

    private static FieldInvalid taken(Username name) {
        return new FieldInvalid("username", "There is a user '" + name + "' already, in this spelling or another.");
    }

    public Optional<User> find(PrincipalId id) {
        return store.get(User.TABLE, User.key(id));
    }

    public User get(PrincipalId id) {
        return find(id).orElseThrow(() -> new EntityUnknown("user", id));
    }

    /** The user of exactly that name. */
    public Optional<User> findNamed(Username name) {
        return User.NAMES
                .find(store, name)
                .flatMap(named -> find(named.id()))
                .filter(user -> user.name().equals(name));
    }

    /** Users in the order of their names; costs one more read for each. */
    public Page<User> list(Optional<String> after, int limit) {
        return store.query(User.NAMES.table(), User.allNames(limit).after(after))
                .flatMap(named -> find(named.id()));
    }

    /**
     * Users whose names begin with a text, in their order and without regard to case; two reads.
     *
     * @param asked for up to {@link MetadataStore#MAX_GETS}
     */
    public Page<User> list(NameRange asked) {
        String folded = asked.prefix().toLowerCase(Locale.ROOT);
        Page<User.Named> page = store.query(User.NAMES.table(), asked.of(User.names(folded, asked.limit())));
        return new Page<>(findAll(page.records().stream().map(User.Named::id).toList()), page.next());
    }

    /** Those of some users that are there; one read. */
    List<User> findAll(List<PrincipalId> ids) {
        return store.getAll(User.TABLE, ids.stream().map(User::key).toList());
    }

    /**
     * Whether a name and password are a user's who may log in; takes as long where there is no such user.
     *
     * @param user as {@link #findNamed} found it
     * @param known whether the source of the request logged in to the account before
     */
    public boolean isPassword(Optional<User> user, String password, boolean known) {
        Optional<PasswordHash> hash = user.flatMap(User::password);
        if (hash.isEmpty()) {
            passwords.matchNobody(password);
            return false;
        }
        return passwords.matches(hash.get(), password, known)
                && user.get().profile().active();
    }

    /** Changes a user. What takes rights away ends their tokens. */
    public User update(PrincipalId id, String name, UnaryOperator<UserProfile> change, PasswordChange password) {
        Optional<PasswordHash> made = password instanceof PasswordChange.Replaced(String text)
                ? Optional.of(passwords.hash(text))
                : Optional.empty();
        boolean isKept = password instanceof PasswordChange.Kept;
        return OptimisticRetry.until(clock, () -> {
            User before = get(id);
            UserProfile profile = change.apply(before.profile());
            User after = before.with(profile, isKept ? before.password() : made);
            if (!name.equals(before.name().value())) {
                after = after.renamed(Username.requireFree(name));
            }
            List<Write> writes = new ArrayList<>();
            if (!isKept || (before.profile().active() && !profile.active())) {
                after = after.inNextEpoch();
                writes.add(Revocations.read(store).adding(id, after.epoch(), clock.instant()));
            }
            Username wanted = after.name();
            writes.add(Write.put(User.TABLE, after, Condition.unchanged(before)));
            writes.addAll(User.NAMES.replace(
                    store, Optional.of(before.named()), Optional.of(after.named()), () -> taken(wanted)));
            return store.write(writes) ? Optional.of(after) : Optional.empty();
        });
    }

    /**
     * Deletes a user and ends their tokens. Their id is never used again, so that what it was given stays nobody's.
     *
     * @return false: there is none
     */
    public boolean delete(PrincipalId id) {
        return OptimisticRetry.until(clock, () -> {
            Optional<User> user = find(id);
            if (user.isEmpty()) {
                return Optional.of(false);
            }
            List<Write> writes = new ArrayList<>();
            writes.add(Write.deleteUnchanged(User.TABLE, user.get()));
            writes.add(User.NAMES.release(user.get().named()));
            writes.add(Revocations.read(store).ending(id, clock.instant()));
            user.get()
                    .groupIds()
                    .forEach(group -> writes.add(Write.delete(Group.MEMBERS, new Group.Member(group, id))));
            return store.write(writes) ? Optional.of(true) : Optional.empty();
        });
    }
}
