package dev.lading.grant;

import dev.lading.account.AccountService;
import dev.lading.account.Principal;
import dev.lading.account.PrincipalId;
import dev.lading.distribution.DistributionId;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Page;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.random.Randomness;
import dev.lading.repository.Owning;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Roles that users, groups and robots were given. A grant counts at the next token; one that is taken ends the tokens of before. */
public final class GrantService {
    private final MetadataStore store;
    private final AccountService accounts;
    private final RoleService roles;
    private final InstantSource clock;

    public GrantService(MetadataStore store, AccountService accounts, RoleService roles, InstantSource clock) {
        this.store = store;
        this.accounts = accounts;
        this.roles = roles;
        this.clock = clock;
    }

    /**
     * Gives somebody a role.
     *
     * @throws FieldInvalid if there is no such role, it means nothing there, or they have it already
     */
    public Grant give(PrincipalId id, String roleName, Target target) {
        return OptimisticRetry.until(clock, () -> {
            Role role = roles.find(roleName)
                    .orElseThrow(() -> new FieldInvalid("role", "There is no role '" + roleName + "'."));
            if (!role.isGivenOn(target.kind())) {
                throw new FieldInvalid(
                        "role",
                        "Role '" + roleName + "' has no permission for a "
                                + target.kind().text() + ".");
            }
            Principal holder = accounts.principal(id).orElseThrow(() -> new EntityUnknown("principal", id));
            Grant grant = grant(id, roleName, target, clock.instant());
            if (store.get(Grant.BY_USER, Grant.BY_USER.keyOf().apply(grant)).isPresent()) {
                throw new FieldInvalid("role", "'" + holder.title() + "' has the role '" + roleName + "' there.");
            }
            List<Write> writes = new ArrayList<>(writes(grant));
            // Who is deleted meanwhile is given nothing.
            writes.add(accounts.present(holder));
            if (!role.isBuiltIn()) {
                writes.add(Write.put(Grant.BY_ROLE, grant));
                writes.add(Write.checkUnchanged(Role.TABLE, role));
            }
            return store.write(writes) ? Optional.of(grant) : Optional.empty();
        });
    }

    /**
     * Writes that make the maker of something its owner, for the transaction that makes it.
     *
     * @param maker empty: an administrator, who owns everything
     */
    public List<Write> owning(Optional<PrincipalId> maker, Target target) {
        return maker.map(user -> owning(user, target, clock.instant())).orElse(List.of());
    }

    /** Makes whoever pushes first the owner of the repository and the distribution that this makes. */
    public Owning owner(Optional<PrincipalId> maker) {
        return new Owning() {
            @Override
            public List<Write> of(RepositoryId repository) {
                return owning(maker, Target.repository(repository));
            }

            @Override
            public List<Write> of(DistributionId distribution) {
                return owning(maker, Target.distribution(distribution));
            }
        };
    }

    /** Writes that give a role to somebody who is made in the same transaction. */
    public List<Write> giving(PrincipalId made, String role, Target target) {
        return writes(grant(made, role, target, clock.instant()));
    }

    static List<Write> owning(PrincipalId maker, Target target, Instant now) {
        return writes(grant(maker, Role.owner(target.kind()), target, now));
    }

    private static Grant grant(PrincipalId user, String role, Target target, Instant now) {
        return new Grant(Randomness.uuid(), user, target, role, now);
    }

    private static List<Write> writes(Grant grant) {
        return List.of(
                Write.put(Grant.BY_USER, grant, Condition.absent()),
                Write.put(Grant.BY_TARGET, grant, Condition.absent()));
    }

    /** Takes a role from whoever has it, and ends the tokens that it counts in. Idempotent. */
    public void take(Grant grant) {
        var _ = OptimisticRetry.until(clock, () -> {
            List<Write> writes = new ArrayList<>(accounts.endTokens(grant.user()));
            writes.add(Write.delete(Grant.BY_USER, grant));
            writes.add(Write.delete(Grant.BY_TARGET, grant));
            writes.add(Write.delete(Grant.BY_ROLE, grant));
            return store.write(writes) ? Optional.of(grant) : Optional.empty();
        });
    }

    /** What somebody was given, by target and role. */
    public Stream<Grant> givenTo(PrincipalId holder) {
        return store.stream(Grant.BY_USER, Grant.ofUser(holder));
    }

    /** A part of what somebody was given, by target and role; one read. */
    public Page<Grant> givenTo(PrincipalId holder, Optional<String> after, int limit) {
        return store.query(Grant.BY_USER, Grant.ofUser(holder, limit).resumed(after));
    }

    public Optional<Grant> find(PrincipalId holder, UUID id) {
        return givenTo(holder).filter(grant -> grant.id().equals(id)).findFirst();
    }

    /** Who was given what on a target. */
    public Stream<Grant> on(Target target) {
        return store.stream(Grant.BY_TARGET, Grant.on(target));
    }

    /** What somebody was given on one target; one read. */
    List<Grant> of(PrincipalId holder, Target target) {
        return store.query(Grant.BY_USER, Grant.of(holder, target)).records();
    }

    /** Takes all that anybody has on something that is gone. */
    public void forget(Target target) {
        on(target).toList().forEach(this::take);
    }

    /** Takes all that somebody who is gone was given. Nobody has their id again, so that it may end halfway. */
    public void forget(PrincipalId holder) {
        givenTo(holder).toList().forEach(this::take);
    }
}
