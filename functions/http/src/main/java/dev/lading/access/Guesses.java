package dev.lading.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.lading.oci.RegistryException.TooManyGuesses;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Counts wrong passwords by source and account, and refuses to check more of them for a while. A source that logged in to
 * an account within {@link #KNOWN_FOR} has an allowance of its own for it, larger and kept apart, so that strangers'
 * guesses take nothing from it. Nothing counts by account alone: that would let anybody lock its owner out.
 *
 * <p>While a source has no allowance left, a right password is refused as well: otherwise the answer would tell it from
 * wrong ones. Behind one address with a guesser, only clients with a token can continue, since tokens are not
 * passwords.
 *
 * <p>Counts are in this process's memory, bounded in size, and lost with it: each function of a deployment on AWS
 * counts by itself, so that n of them allow n times as many guesses, and after a restart every source is a stranger.
 */
public final class Guesses {
    static final Duration KNOWN_FOR = Duration.ofDays(30);

    /** Limit on entries of each of the three caches; some 2 MB each. */
    private static final int MAX_SOURCES = 10_000;

    private static final Duration KNOWN_AGAIN = Duration.ofDays(1);
    private static final Duration TELL_EVERY = Duration.ofMinutes(1);
    private static final Logger LOG = Logger.getLogger(Guesses.class);

    private final InstantSource clock;
    private final Cache<Account, Instant> known;
    private final Cache<Account, Failures> strangers;
    private final Cache<Account, Failures> acquaintances;

    public Guesses(InstantSource clock) {
        this.clock = clock;
        this.known = cache().expireAfterWrite(KNOWN_FOR).build();
        this.strangers =
                cache().expireAfterAccess(Allowance.STRANGERS.forgotten()).build();
        this.acquaintances =
                cache().expireAfterAccess(Allowance.KNOWN.forgotten()).build();
    }

    private Caffeine<Object, Object> cache() {
        return Caffeine.newBuilder()
                .maximumSize(MAX_SOURCES)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()));
    }

    /**
     * Admits a password to be compared, where that costs more than counting it.
     *
     * @param user whose account it is for; empty: it is nobody's, and all such names count as one
     * @return whether the source logged in to the account before
     * @throws TooManyGuesses if the source's allowance for the account is used up
     */
    boolean admit(Source source, Optional<String> user) {
        Account account = new Account(source, user);
        boolean isKnown = known.getIfPresent(account) != null;
        Failures failures = (isKnown ? acquaintances : strangers).getIfPresent(account);
        if (failures != null) {
            failures.admit(account, isKnown ? Allowance.KNOWN : Allowance.STRANGERS, clock.instant());
        }
        return isKnown;
    }

    /**
     * Counts a password that was compared.
     *
     * @param user as in {@link #admit}
     * @throws TooManyGuesses if the source's allowance for the account is used up; the password must count for nothing
     *     then
     */
    void note(Source source, Optional<String> user, boolean right) {
        Instant now = clock.instant();
        Account account = new Account(source, user);
        Instant login = known.getIfPresent(account);
        Cache<Account, Failures> counts = login == null ? strangers : acquaintances;
        Failures failures = right ? counts.getIfPresent(account) : counts.get(account, key -> new Failures());
        if (failures != null) {
            failures.note(account, login == null ? Allowance.STRANGERS : Allowance.KNOWN, right, now);
        }
        if (right && (login == null || now.isAfter(login.plus(KNOWN_AGAIN)))) {
            known.put(account, now);
        }
    }

    /** The number of sources that are counted, known or not. */
    long remembered() {
        strangers.cleanUp();
        acquaintances.cleanUp();
        return strangers.estimatedSize() + acquaintances.estimatedSize();
    }

    private record Account(Source source, Optional<String> user) {}

    /** A number of wrong passwords at once, and after them one for each pause. */
    private record Allowance(int atOnce, Duration pause) {
        static final Allowance STRANGERS = new Allowance(10, Duration.ofSeconds(30));

        /** Large enough that clients behind one address are not held up by another that retries a changed password. */
        static final Allowance KNOWN = new Allowance(100, Duration.ofSeconds(1));

        Duration most() {
            return pause.multipliedBy(atOnce);
        }

        Duration forgotten() {
            return most().plus(TELL_EVERY);
        }
    }

    /** Wrong passwords of one source that still count. */
    private static final class Failures {
        private Instant forgiven = Instant.EPOCH;
        private Instant tell = Instant.EPOCH;
        private long refused;

        synchronized void note(Account account, Allowance allowance, boolean right, Instant now) {
            admit(account, allowance, now);
            if (!right) {
                forgiven = start(now).plus(allowance.pause());
            }
        }

        private Instant start(Instant now) {
            return forgiven.isAfter(now) ? forgiven : now;
        }

        synchronized void admit(Account account, Allowance allowance, Instant now) {
            Duration wait =
                    Duration.between(now, start(now)).plus(allowance.pause()).minus(allowance.most());
            if (wait.isPositive()) {
                refused++;
                tell(account, now);
                throw new TooManyGuesses(
                        Duration.ofSeconds(wait.plusNanos(999_999_999).toSeconds()));
            }
        }

        private void tell(Account account, Instant now) {
            if (!now.isBefore(tell)) {
                LOG.warnf(
                        "too many wrong passwords for %s from %s: refused %d since this was last said",
                        account.user().map(name -> "'" + name + "'").orElse("names that are no user's"),
                        account.source().network(),
                        refused);
                tell = now.plus(TELL_EVERY);
                refused = 0;
            }
        }
    }
}
