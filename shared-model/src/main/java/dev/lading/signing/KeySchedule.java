package dev.lading.signing;

import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.oci.RegistryException.EntityInUse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The one record that says which keys sign tokens, and from when. It is beside {@code Revocations} and no part of them,
 * since an earlier build that writes those, as in an upgrade, would leave out what it does not know.
 *
 * @param keys oldest first and never empty; at most the last one is yet to sign
 */
public record KeySchedule(List<SigningKey> keys, long revision) implements Revised {
    public static final Table<KeySchedule> TABLE =
            Table.audited("token-keys", KeySchedule.class, each -> new Key("all", "all"));

    /** The schedule of a registry that has no record of it: the first key signs, and always did. */
    public static final KeySchedule NONE = new KeySchedule(List.of(new SigningKey(1, Instant.EPOCH)), 0);

    /** Longest life of a token, during which its key is still checked after it signed its last. */
    public static final Duration TOKEN_LIFE = Duration.ofDays(30);

    /** Age of a key at which it is replaced without being told to. */
    public static final Duration ROTATED_AFTER = Duration.ofDays(90);

    /**
     * Time from a key's making until it signs. Every process has read it by then, since they read keys every five
     * minutes, so that none is shown a token that it cannot check.
     */
    public static final Duration LEAD = Duration.ofMinutes(10);

    /** Limit on keys that sign or are checked. With the other secrets, they are read in one request of ten names. */
    static final int MAX_ALIVE = 6;

    public KeySchedule {
        keys = List.copyOf(keys);
    }

    public static KeySchedule read(MetadataStore store) {
        return store.get(TABLE, new Key("all", "all")).orElse(NONE);
    }

    /** The key that signs; the oldest, by a clock that is before them all. */
    public SigningKey signing(Instant now) {
        return keys.reversed().stream()
                .filter(key -> !key.signsFrom().isAfter(now))
                .findFirst()
                .orElseGet(keys::getFirst);
    }

    /** The key that is made and does not sign yet. */
    public Optional<SigningKey> coming(Instant now) {
        return Optional.of(keys.getLast()).filter(key -> key.signsFrom().isAfter(now));
    }

    /** When the last token ends that a key has signed; empty: no other follows it. */
    public Optional<Instant> checkedUntil(SigningKey key) {
        int next = keys.indexOf(key) + 1;
        return next == keys.size()
                ? Optional.empty()
                : Optional.of(keys.get(next).signsFrom().plus(TOKEN_LIFE));
    }

    /** Keys by which tokens are checked: that which signs, that which is to, and those before for as long as tokens live. */
    public List<SigningKey> alive(Instant now) {
        return keys.stream().filter(key -> isAlive(key, now)).toList();
    }

    private boolean isAlive(SigningKey key, Instant now) {
        return checkedUntil(key).filter(end -> !now.isBefore(end)).isEmpty();
    }

    /** Whether tokens of the key of this name are checked. */
    public boolean checks(String name, Instant now) {
        return keys.stream().anyMatch(key -> key.name().equals(name) && isAlive(key, now));
    }

    boolean isStored() {
        return revision > 0;
    }

    boolean isDue(Instant now) {
        return !now.isBefore(keys.getLast().signsFrom().plus(ROTATED_AFTER));
    }

    /** This schedule, with the first key's age counted from now if nothing tells it. */
    KeySchedule begun(Instant now) {
        return isStored() ? this : new KeySchedule(List.of(new SigningKey(1, seconds(now))), 0);
    }

    /** The key that a rotation makes. */
    SigningKey next(Instant now) {
        return new SigningKey(keys.getLast().generation() + 1, seconds(now.plus(LEAD)));
    }

    /**
     * The state to store after this one, with another key and without those that are no longer checked.
     *
     * @throws EntityInUse if as many keys are alive as may be
     */
    KeySchedule with(SigningKey next, Instant now) {
        List<SigningKey> alive = alive(now);
        if (alive.size() >= MAX_ALIVE) {
            throw new EntityInUse("the keys were rotated " + (MAX_ALIVE - 1) + " times within the life of a token, and"
                    + " tokens of all of them are in use; they can be rotated again from "
                    + checkedUntil(alive.getFirst()).orElseThrow());
        }
        return new KeySchedule(Stream.concat(alive.stream(), Stream.of(next)).toList(), revision + 1);
    }

    /** The state to store after none. */
    KeySchedule first() {
        return new KeySchedule(keys, 1);
    }

    private static Instant seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }
}
