package dev.lading.signing;

import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.secret.SecretStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Replaces the key that signs tokens: makes the next secret, and then says in the {@link KeySchedule} from when it signs.
 * Secrets are never overwritten. One that no schedule has, since its process died between the two, is what the next
 * rotation takes.
 */
public final class KeyRotation {
    private final MetadataStore store;
    private final SecretStore secrets;
    private final InstantSource clock;
    private final Supplier<String> text;

    /** @param text makes the text of a key */
    public KeyRotation(MetadataStore store, SecretStore secrets, InstantSource clock, Supplier<String> text) {
        this.store = store;
        this.secrets = secrets;
        this.clock = clock;
        this.text = text;
    }

    public KeySchedule read() {
        return KeySchedule.read(store);
    }

    /**
     * The schedule with a key that is to sign. While there is one already it makes no other, so that two who rotate at
     * once have the same.
     *
     * @throws EntityInUse if the keys were rotated too often, saying when they can be again
     */
    public KeySchedule rotate() {
        return OptimisticRetry.until(clock, () -> {
            KeySchedule before = read();
            return before.coming(clock.instant()).isPresent() ? Optional.of(before) : rotate(before);
        });
    }

    /**
     * Does what is due without being asked: notes when the first key was first seen, or replaces one that is
     * {@link KeySchedule#ROTATED_AFTER} old. One attempt, since another process does it as well.
     *
     * @return the schedule after it
     */
    public KeySchedule renew(KeySchedule before) {
        Instant now = clock.instant();
        if (!before.isStored()) {
            KeySchedule first = before.begun(now).first();
            return write(before, first) ? first : read();
        }
        return before.isDue(now) ? rotate(before).orElseGet(this::read) : before;
    }

    /** Empty: another writer was first. */
    private Optional<KeySchedule> rotate(KeySchedule before) {
        Instant now = clock.instant();
        KeySchedule known = before.begun(now);
        SigningKey next = known.next(now);
        KeySchedule after = known.with(next, now);
        secrets.putIfAbsent(next.name(), text.get());
        return write(before, after) ? Optional.of(after) : Optional.empty();
    }

    private boolean write(KeySchedule before, KeySchedule after) {
        return store.write(Write.put(
                KeySchedule.TABLE, after, before.isStored() ? Condition.unchanged(before) : Condition.absent()));
    }
}
