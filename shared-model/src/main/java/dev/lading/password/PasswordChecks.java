package dev.lading.password;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.lading.oci.RegistryException.StoreBusy;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Computes password hashes, at most two at once: each takes 19 MiB and tens of milliseconds of a processor. Clients send
 * the same password with every request, so a right one is remembered for a while, in verifiable form.
 */
public final class PasswordChecks {
    private static final int AT_ONCE = 2;

    /** Limit on requests that wait for room; more are refused at once, so that logins hold no more threads. */
    private static final int MAX_WAITING = 8;

    /** Seconds of a processor that it may take at once: some 20 logins. */
    private static final double MOST_AT_ONCE = 1;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** A hash that no password is known for; names that are no user's are compared with it. */
    private static final PasswordHash NOBODYS = new PasswordHash(
            "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");

    private static final int MAX_REMEMBERED = 1_000;
    private static final Duration REMEMBERED = Duration.ofMinutes(5);

    private final Cache<PasswordHash, PasswordVerifier> right = Caffeine.newBuilder()
            .maximumSize(MAX_REMEMBERED)
            .expireAfterWrite(REMEMBERED)
            .build();
    private final Semaphore admitted = new Semaphore(AT_ONCE + MAX_WAITING);
    private final Semaphore room = new Semaphore(AT_ONCE, true);
    private final Semaphore strangersAdmitted = new Semaphore(1 + MAX_WAITING);
    private final Semaphore strangersTurn = new Semaphore(1, true);

    private final ProcessorShare strangers;

    /** @param forStrangers processors, for long, that comparing strangers' passwords may take */
    public PasswordChecks(double forStrangers) {
        this.strangers = new ProcessorShare(forStrangers, MOST_AT_ONCE, System::nanoTime);
    }

    public PasswordHash hash(String password) {
        return within(admitted, room, () -> PasswordHash.of(password));
    }

    /**
     * @param known whether the source of the request logged in to the account before. Others' passwords are compared
     *     within a share of the processors: a flood of them, from however many sources, leaves the rest to pulls
     */
    public boolean matches(PasswordHash hash, String password, boolean known) {
        PasswordVerifier remembered = right.getIfPresent(hash);
        if (remembered != null && remembered.matches(password)) {
            return true;
        }
        boolean matches = known
                ? within(admitted, room, () -> hash.matches(password))
                : within(strangersAdmitted, strangersTurn, () -> compare(hash, password));
        if (matches) {
            right.put(hash, new PasswordVerifier(password));
        }
        return matches;
    }

    private boolean compare(PasswordHash hash, String password) {
        Duration wait = strangers.untilLeft();
        if (wait.compareTo(PATIENCE) > 0) {
            throw tooMany();
        }
        try {
            Thread.sleep(wait);
        } catch (InterruptedException e) {
            throw stopping();
        }
        return inTurn(room, () -> {
            long begun = System.nanoTime();
            try {
                return hash.matches(password);
            } finally {
                strangers.spend(System.nanoTime() - begun);
            }
        });
    }

    /** Takes as long as {@link #matches}, so that the time tells no user's name from others. */
    public void matchNobody(String password) {
        var _ = matches(NOBODYS, password, false);
    }

    private static <T> T within(Semaphore admitted, Semaphore turns, Supplier<T> work) {
        if (!admitted.tryAcquire()) {
            throw tooMany();
        }
        try {
            return inTurn(turns, work);
        } finally {
            admitted.release();
        }
    }

    private static StoreBusy tooMany() {
        return new StoreBusy("too many passwords are being checked", PATIENCE);
    }

    private static StoreBusy stopping() {
        Thread.currentThread().interrupt();
        return new StoreBusy("this server is stopping", PATIENCE);
    }

    private static <T> T inTurn(Semaphore turns, Supplier<T> work) {
        try {
            if (!turns.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw tooMany();
            }
        } catch (InterruptedException e) {
            throw stopping();
        }
        try {
            return work.get();
        } finally {
            turns.release();
        }
    }
}
