package dev.lading.sync.demand;

import dev.lading.distribution.PullThroughService;
import dev.lading.history.PullThrough;
import dev.lading.metadata.Condition;
import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Revised;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.Denied;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Bounds the names that pulls make, so that nobody fills the registry with repositories. What a principal has made is a
 * record, for other processes count, too; it is written only with a name.
 */
final class NamesMade {
    static final int IN_AN_HOUR = 100;
    private static final Duration WINDOW = Duration.ofHours(1);

    /** Limit on the names of one pull-through distribution. */
    private static final int OF_ONE = 10_000;

    /** How long their number counts that was read, with which it may grow beyond the limit. */
    private static final Duration COUNTED = Duration.ofSeconds(10);

    private final MetadataStore store;
    private final PullThroughService throughs;
    private final InstantSource clock;
    private final ShortMemory<UUID, Long> counts;

    NamesMade(MetadataStore store, PullThroughService throughs, InstantSource clock) {
        this.store = store;
        this.throughs = throughs;
        this.clock = clock;
        this.counts = new ShortMemory<>(clock, COUNTED);
    }

    /** Names that a principal's pulls have made since a time. */
    private record Made(String principal, Instant since, int count, long revision) implements Revised {
        static final Table<Made> TABLE = new Table<>("names-made", Made.class, made -> key(made.principal()));

        static Key key(String principal) {
            return new Key(principal, "count");
        }

        boolean isOver(Instant now) {
            return !now.isBefore(since.plus(WINDOW));
        }
    }

    /** @throws Denied if a principal has made as many as they may in an hour, or a distribution has as many as it may */
    void require(PullThrough through, String principal) {
        Instant now = clock.instant();
        find(principal)
                .filter(made -> made.count() >= IN_AN_HOUR && !made.isOver(now))
                .ifPresent(made -> {
                    throw tooMany(made, now);
                });
        if (count(through) >= OF_ONE) {
            throw new Denied("'" + through.basePath() + "' has " + OF_ONE
                    + " repositories, as many as one pull-through distribution may; an administrator can delete some");
        }
    }

    private long count(PullThrough through) {
        return counts.get(through.id()).orElseGet(() -> {
            long count = throughs.made(through.id()).limit(OF_ONE).count();
            counts.put(through.id(), count);
            return count;
        });
    }

    /**
     * Counts a name, in the transaction that makes it.
     *
     * @throws Denied if a principal has made as many as they may in an hour
     */
    List<Write> counting(String principal) {
        Instant now = clock.instant();
        Optional<Made> before = find(principal);
        Optional<Made> current = before.filter(made -> !made.isOver(now));
        current.filter(made -> made.count() >= IN_AN_HOUR).ifPresent(made -> {
            throw tooMany(made, now);
        });
        var after = new Made(
                principal,
                current.map(Made::since).orElse(now),
                current.map(Made::count).orElse(0) + 1,
                before.map(made -> made.revision() + 1).orElse(0L));
        return List.of(
                Write.put(Made.TABLE, after, before.map(Condition::unchanged).orElse(Condition.absent())));
    }

    private Optional<Made> find(String principal) {
        return store.get(Made.TABLE, Made.key(principal));
    }

    /** Not for later by 429: clients wait without a word as long as that says. */
    private static Denied tooMany(Made made, Instant now) {
        long minutes = Duration.between(now, made.since().plus(WINDOW)).toMinutes() + 1;
        return new Denied("your pulls have made " + IN_AN_HOUR
                + " new repositories in the last hour, which is the most; pull new names again in " + minutes + " min");
    }
}
