package dev.lading.remote;

import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Page;
import dev.lading.metadata.Query;
import dev.lading.metadata.UuidV7;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RegistryException.StoreBusy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Remotes by id and by name. */
public final class RemoteService {
    private static final int TRIES = 20;

    private final MetadataStore store;
    private final InstantSource clock;

    public RemoteService(MetadataStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** @throws FieldInvalid if the name is taken */
    public Remote create(RemoteSettings settings) {
        Instant now = clock.instant();
        Remote remote = new Remote(UuidV7.random(now), settings, now, now, 0);
        boolean created = store.write(
                Write.put(Remote.TABLE, remote, Condition.absent()),
                Write.put(Remote.Named.TABLE, new Remote.Named(settings.name(), remote.id()), Condition.absent()));
        if (!created) {
            throw taken(settings.name());
        }
        return remote;
    }

    public Optional<Remote> find(UUID id) {
        return store.get(Remote.TABLE, Remote.key(id));
    }

    public Remote get(UUID id) {
        return find(id).orElseThrow(() -> new EntityUnknown("remote", id));
    }

    /** Newest first. */
    public Page<Remote> list(Optional<String> after, int limit) {
        Query query = Remote.newestFirst(limit);
        return store.query(Remote.TABLE, after.map(query::after).orElse(query));
    }

    /**
     * Changes a remote, as often as others change it at the same time.
     *
     * @throws FieldInvalid if the new name is taken
     */
    public Remote update(UUID id, UnaryOperator<RemoteSettings> change) {
        for (int i = 0; i < TRIES; i++) {
            Remote before = get(id);
            Remote after = before.with(change.apply(before.settings()), clock.instant());
            String name = after.settings().name();
            List<Write> writes = new ArrayList<>();
            writes.add(Write.put(Remote.TABLE, after, Condition.unchanged(before)));
            if (!name.equals(before.settings().name())) {
                if (store.get(Remote.Named.TABLE, Remote.Named.key(name)).isPresent()) {
                    throw taken(name);
                }
                writes.add(Write.put(Remote.Named.TABLE, new Remote.Named(name, id), Condition.absent()));
                writes.add(Write.delete(
                        Remote.Named.TABLE, new Remote.Named(before.settings().name(), id)));
            }
            if (store.write(writes)) {
                return after;
            }
        }
        throw new StoreBusy("others change this remote all the time", Duration.ofSeconds(1));
    }

    /** @return false: there is none */
    public boolean delete(UUID id) {
        for (int i = 0; i < TRIES; i++) {
            Optional<Remote> remote = find(id);
            if (remote.isEmpty()) {
                return false;
            }
            boolean deleted = store.write(
                    Write.deleteUnchanged(Remote.TABLE, remote.get()),
                    Write.delete(
                            Remote.Named.TABLE,
                            new Remote.Named(remote.get().settings().name(), id)));
            if (deleted) {
                return true;
            }
        }
        throw new StoreBusy("others change this remote all the time", Duration.ofSeconds(1));
    }

    private static FieldInvalid taken(String name) {
        return new FieldInvalid("name", "there is a remote '" + name + "' already");
    }
}
