package dev.lading.account;

import dev.lading.metadata.Condition;
import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * The one record that says which tokens ended before their time: those of an account's earlier epochs, and of others'
 * whose rights count for it. Processes read it every half a minute, and no request waits for more.
 *
 * @param users and robots and groups, by id; entries go when no token lives that they could end
 * @param everybody tokens issued before this ended, whoever has them; for more revocations than the record has room for
 */
public record Revocations(Map<Long, Revoked> users, Instant everybody, long revision) implements Revised {
    public static final Table<Revocations> TABLE =
            new Table<>("revocations", Revocations.class, each -> new Key("all", "all"));

    public static final Revocations NONE = new Revocations(Map.of(), Instant.EPOCH, 0);

    private static final long NO_MORE = Long.MAX_VALUE;

    /** Longer than any access token lives, and than clocks differ. Refresh tokens are compared with the user. */
    private static final Duration KEPT = Duration.ofMinutes(15);

    /** Limit on entries, some 80 bytes each; those of one quarter of an hour. */
    private static final int MAX_USERS = 2_000;

    /** @param epoch the first that counts */
    public record Revoked(long epoch, Instant at) {}

    public Revocations {
        // Empty attributes are not stored.
        users = users == null ? Map.of() : Map.copyOf(users);
    }

    public static Revocations read(MetadataStore store) {
        return store.get(TABLE, new Key("all", "all")).orElse(NONE);
    }

    /**
     * Whether a token was revoked.
     *
     * @param epochs those at its issue of everybody whose rights it has
     */
    public boolean has(Map<PrincipalId, Long> epochs, Instant issued) {
        return issued.isBefore(everybody)
                || epochs.entrySet().stream().anyMatch(each -> ended(each.getKey(), each.getValue()));
    }

    private boolean ended(PrincipalId id, long epoch) {
        Revoked revoked = users.get(id.value());
        return revoked != null && epoch < revoked.epoch();
    }

    /** Ends every token of somebody who is gone. */
    Write ending(PrincipalId id, Instant now) {
        return adding(id, NO_MORE, now);
    }

    /** Ends every token that was issued before; for what is taken from more than one can name. */
    public Write endingAll(Instant now) {
        return write(Map.of(), now);
    }

    Write adding(PrincipalId id, long epoch, Instant now) {
        Map<Long, Revoked> kept = new TreeMap<>(users);
        kept.values().removeIf(each -> each.at().isBefore(now.minus(KEPT)));
        kept.put(id.value(), new Revoked(epoch, now));
        boolean full = kept.size() > MAX_USERS;
        return write(full ? Map.of() : kept, full ? now : everybody);
    }

    private Write write(Map<Long, Revoked> changedUsers, Instant changedEverybody) {
        var changed = new Revocations(changedUsers, changedEverybody, revision + 1);
        return Write.put(TABLE, changed, revision == 0 ? Condition.absent() : Condition.unchanged(this));
    }
}
