package dev.lading.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lading.account.PrincipalId;
import dev.lading.account.Sponsor;
import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Page;
import dev.lading.metadata.RecordJson;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.secret.Seal;
import dev.lading.secret.SealBroken;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Remotes by id and by name. Their secrets are stored sealed, and opened only to log in with them. */
public final class RemoteService {
    private final MetadataStore store;
    private final Seal seal;
    private final InstantSource clock;

    public RemoteService(MetadataStore store, Seal seal, InstantSource clock) {
        this.store = store;
        this.seal = seal;
        this.clock = clock;
    }

    /** Makes settings whose secrets are sealed by a {@link Sealing}. */
    @FunctionalInterface
    public interface Change {
        RemoteSettings apply(RemoteSettings before, Sealing sealing);
    }

    /** @throws FieldInvalid if the name is taken */
    public Remote create(Function<Sealing, RemoteSettings> description) {
        return create(description, Optional.empty(), id -> List.of());
    }

    /**
     * Creates a remote.
     *
     * @param maker empty: an administrator
     * @param owning what is written with it, so that it has an owner at once
     */
    public Remote create(
            Function<Sealing, RemoteSettings> description,
            Optional<PrincipalId> maker,
            Function<RemoteId, List<Write>> owning) {
        Instant now = clock.instant();
        RemoteId id = RemoteId.next(now);
        RemoteSettings settings = description.apply(sealing(id));
        Remote remote = new Remote(id, settings, Optional.of(new Sponsor(maker)), now, now, 0);
        List<Write> writes = new ArrayList<>(owning.apply(id));
        writes.addAll(creating(remote));
        if (!store.write(writes)) {
            throw taken(settings.name());
        }
        return remote;
    }

    /**
     * A remote that leads to another repository of the same registry, with the same credentials. It is not stored;
     * {@link #creating} does that as part of a larger change.
     */
    public Remote copy(Remote source, String name, String upstreamName) {
        Instant now = clock.instant();
        RemoteId id = RemoteId.next(now);
        SealedSecrets sealed = secrets(source).sealed(sealing(id));
        RemoteSettings settings = source.settings().copied(name, upstreamName, sealed);
        return new Remote(id, settings, source.sponsor(), now, now, 0);
    }

    /** Makes a copy lead to where its source leads now, with the credentials of that. */
    public void follow(Remote source, Remote copy) {
        if (!copy.settings().url().equals(source.settings().url())) {
            var _ = update(
                    copy.id(),
                    Optional.empty(),
                    (before, sealing) -> source.settings()
                            .copied(
                                    before.name(),
                                    before.upstreamName(),
                                    secrets(source).sealed(sealing)));
        }
    }

    /** Writes that create a remote, unless its name is taken. */
    public List<Write> creating(Remote remote) {
        requireRoom(remote);
        return List.of(
                Write.put(Remote.TABLE, remote, Condition.absent()),
                remote.names().claim(remote.named()));
    }

    public Optional<Remote> find(RemoteId id) {
        return store.get(Remote.TABLE, Remote.key(id));
    }

    /** Those remotes that are there; one read. */
    public List<Remote> findAll(List<RemoteId> ids) {
        return store.getAll(Remote.TABLE, ids.stream().map(Remote::key).toList());
    }

    public Optional<Remote> findNamed(String name) {
        return findNamed(RemoteKind.CONTAINER, name);
    }

    public Optional<Remote> findNamed(RemoteKind kind, String name) {
        return Remote.names(kind).find(store, name).flatMap(named -> find(new RemoteId(named.id())));
    }

    public Remote get(RemoteId id) {
        return find(id).orElseThrow(() -> new EntityUnknown("remote", id));
    }

    /** The remote of a kind, if that is what an id is of. */
    public Optional<Remote> find(RemoteKind kind, RemoteId id) {
        return find(id).filter(remote -> remote.settings().kind() == kind);
    }

    public Remote get(RemoteKind kind, RemoteId id) {
        return find(kind, id).orElseThrow(() -> new EntityUnknown("remote", id));
    }

    /** All remotes, newest first. */
    public Page<Remote> list(Optional<String> after, int limit) {
        return store.query(Remote.TABLE, Remote.newestFirst(limit).after(after));
    }

    /**
     * Changes a remote by compare-and-set, retried as often as it loses. Equal settings are no change.
     *
     * @param by empty: an administrator
     * @throws FieldInvalid if the new name is taken
     */
    public Remote update(RemoteId id, Optional<PrincipalId> by, Change change) {
        return update(id, by, change, (before, after) -> List.of());
    }

    /** @param also makes writes that go with it, for each try: of the settings before and after */
    public Remote update(
            RemoteId id,
            Optional<PrincipalId> by,
            Change change,
            BiFunction<RemoteSettings, RemoteSettings, List<Write>> also) {
        return OptimisticRetry.until(clock, () -> {
            Remote before = get(id);
            Sealing sealing = sealing(before);
            RemoteSettings settings = change.apply(before.settings().sealed(sealing), sealing);
            if (settings.equals(before.settings())) {
                return Optional.of(before);
            }
            Remote after = before.with(settings, by, clock.instant());
            requireRoom(after);
            List<Write> writes = new ArrayList<>(also.apply(before.settings(), settings));
            writes.add(Write.put(Remote.TABLE, after, Condition.unchanged(before)));
            writes.addAll(after.names()
                    .replace(
                            store,
                            Optional.of(before.named()),
                            Optional.of(after.named()),
                            () -> taken(after.settings().name())));
            return store.write(writes) ? Optional.of(after) : Optional.empty();
        });
    }

    /**
     * Deletes a remote.
     *
     * @return false: there is none
     */
    public boolean delete(RemoteId id) {
        return OptimisticRetry.until(clock, () -> {
            Optional<Remote> remote = find(id);
            if (remote.isEmpty()) {
                return Optional.of(false);
            }
            boolean deleted = store.write(
                    Write.deleteUnchanged(Remote.TABLE, remote.get()),
                    remote.get().names().release(remote.get().named()));
            return deleted ? Optional.of(true) : Optional.empty();
        });
    }

    /**
     * A remote's credentials, opened.
     *
     * @throws FieldInvalid if they were sealed under a key that this registry does not have
     */
    public RemoteSecrets secrets(Remote remote) {
        SealedSecrets sealed = remote.settings().secrets();
        return new RemoteSecrets(
                open(remote, RemoteSecrets.USERNAME, sealed.username()),
                open(remote, RemoteSecrets.PASSWORD, sealed.password()),
                open(remote, RemoteSecrets.PROXY_USERNAME, sealed.proxyUsername()),
                open(remote, RemoteSecrets.PROXY_PASSWORD, sealed.proxyPassword()),
                open(remote, RemoteSecrets.CLIENT_KEY, sealed.clientKey()),
                open(remote, RemoteSecrets.HEADERS, sealed.headers())
                        .map(Sealing.Headers::parse)
                        .orElse(remote.settings().connection().headers()));
    }

    private Optional<String> open(Remote remote, String field, Optional<SealedSecret> sealed) {
        try {
            return sealed.map(secret -> seal.open(secret.text(), owner(remote.id(), field)));
        } catch (SealBroken e) {
            throw new FieldInvalid(
                    field,
                    "the " + field + " of remote '" + remote.settings().name()
                            + "' was stored under another key than this registry has; set it again");
        }
    }

    private Sealing sealing(RemoteId id) {
        return (field, secret) -> new SealedSecret(seal.seal(secret, owner(id, field)));
    }

    /** Keeps a secret that did not change as it is sealed, since sealing it again would look like a change. */
    private Sealing sealing(Remote before) {
        Sealing fresh = sealing(before.id());
        return (field, secret) -> before.settings()
                .secrets()
                .of(field)
                .filter(held -> holds(held, owner(before.id(), field), secret))
                .orElseGet(() -> fresh.seal(field, secret));
    }

    private boolean holds(SealedSecret held, String owner, String secret) {
        try {
            return seal.open(held.text(), owner).equals(secret);
        } catch (SealBroken otherKey) {
            return false;
        }
    }

    private static String owner(RemoteId id, String field) {
        return "remote/" + id + "/" + field;
    }

    private static void requireRoom(Remote remote) {
        if (RecordJson.write(remote).getBytes(UTF_8).length > MetadataStore.MAX_RECORD_BYTES) {
            throw new FieldInvalid(
                    "non_field_errors", "a remote has at most " + MetadataStore.MAX_RECORD_BYTES + " bytes in all");
        }
    }

    private static FieldInvalid taken(String name) {
        return new FieldInvalid("name", "there is a remote '" + name + "' already");
    }
}
