package dev.lading.grant;

import dev.lading.account.Revocations;
import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.random.Randomness;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Roles by name: those that are built in, and those that administrators made. */
public final class RoleService {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@+-]{0,127}");

    /** Limit on roles that administrators made; a list reads them all. */
    private static final int MAX_ROLES = 1_000;

    private final MetadataStore store;
    private final InstantSource clock;

    public RoleService(MetadataStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** A role by its name; reads nothing for one that is built in. */
    public Optional<Role> find(String name) {
        return Role.builtIn(name)
                .or(() -> NAME.matcher(name).matches() ? store.get(Role.TABLE, Role.key(name)) : Optional.empty());
    }

    public Optional<Role> find(UUID id) {
        return all().filter(role -> role.id().equals(id)).findFirst();
    }

    private Role get(UUID id) {
        Role role = find(id).orElseThrow(() -> new EntityUnknown("role", id));
        if (role.isBuiltIn()) {
            throw new EntityInUse("role '" + role.name() + "' is built in; make one of your own");
        }
        return role;
    }

    /** All roles by name. */
    public Stream<Role> all() {
        return Stream.concat(Role.BUILT_IN.stream(), store.stream(Role.TABLE, Role.all(MAX_ROLES)))
                .sorted(Comparator.comparing(Role::name));
    }

    /** @throws FieldInvalid if the name is unusable or taken, or a permission means nothing here */
    public Role create(String name, String description, List<String> permissions) {
        requireFree(name);
        var role = new Role(Randomness.uuid(), name, description, known(permissions), Optional.of(clock.instant()), 0);
        if (store.stream(Role.TABLE, Role.all(MAX_ROLES)).count() >= MAX_ROLES) {
            throw new FieldInvalid("name", "There are " + MAX_ROLES + " roles already, which is the limit.");
        }
        if (!store.write(Write.put(Role.TABLE, role, Condition.absent()))) {
            throw taken(name);
        }
        return role;
    }

    private void requireFree(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new FieldInvalid("name", "Use letters, digits and . _ : @ + - (not first), at most 128 characters.");
        }
        if (find(name).isPresent()) {
            throw taken(name);
        }
    }

    private static FieldInvalid taken(String name) {
        return new FieldInvalid("name", "There is a role '" + name + "' already.");
    }

    private static List<String> known(List<String> permissions) {
        Set<String> all = Role.allPermissions();
        permissions.stream().filter(each -> !all.contains(each)).findFirst().ifPresent(unknown -> {
            throw new FieldInvalid(
                    "permissions", "No permission '" + unknown + "' means anything here; roles/ shows those that do.");
        });
        return permissions.stream().distinct().sorted().toList();
    }

    /** Changes a role that somebody made. Who loses a permission by it, needs a new token. */
    public Role update(UUID id, String name, String description, List<String> permissions) {
        List<String> wanted = known(permissions);
        return OptimisticRetry.until(clock, () -> {
            Role before = get(id);
            if (!name.equals(before.name())) {
                throw new FieldInvalid("name", "A role keeps its name; make another, and give that.");
            }
            var after = new Role(id, name, description, wanted, before.created(), before.revision() + 1);
            List<Write> writes = new ArrayList<>();
            writes.add(Write.put(Role.TABLE, after, Condition.unchanged(before)));
            if (!wanted.containsAll(before.permissions())) {
                writes.add(Revocations.read(store).endingAll(clock.instant()));
            }
            return store.write(writes) ? Optional.of(after) : Optional.empty();
        });
    }

    /**
     * Deletes a role that somebody made and nobody has.
     *
     * @throws EntityInUse if somebody has it: a later role of its name would be theirs
     */
    public void delete(UUID id) {
        var _ = OptimisticRetry.until(clock, () -> {
            Role role = get(id);
            store.query(Grant.BY_ROLE, Grant.withRole(role.name())).records().stream()
                    .findFirst()
                    .ifPresent(grant -> {
                        throw new EntityInUse("role '" + role.name() + "' is given to somebody on "
                                + grant.target().kind().text() + "; take it from them first");
                    });
            return store.write(Write.deleteUnchanged(Role.TABLE, role)) ? Optional.of(role) : Optional.empty();
        });
    }
}
