package dev.lading.account;

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
final class PasswordChecks {
    private static final int AT_ONCE = 2;

    /** Limit on requests that wait for room; more are refused at once, so that logins hold no more threads. */
    private static final int MAX_WAITING = 8;

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

    PasswordHash hash(String password) {
        return within(() -> PasswordHash.of(password));
    }

    boolean matches(PasswordHash hash, String password) {
        PasswordVerifier known = right.getIfPresent(hash);
        if (known != null && known.matches(password)) {
            return true;
        }
        boolean matches = within(() -> hash.matches(password));
        if (matches) {
            right.put(hash, new PasswordVerifier(password));
        }
        return matches;
    }

    /** Takes as long as {@link #matches}, so that the time tells no user's name from others. */
    void matchNobody(String password) {
        var _ = matches(NOBODYS, password);
    }

    private <T> T within(Supplier<T> work) {
        if (!admitted.tryAcquire()) {
            throw tooMany();
        }
        try {
            return inTurn(work);
        } finally {
            admitted.release();
        }
    }

    private static StoreBusy tooMany() {
        return new StoreBusy("too many passwords are being checked", PATIENCE);
    }

    private <T> T inTurn(Supplier<T> work) {
        try {
            if (!room.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw tooMany();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreBusy("this server is stopping", PATIENCE);
        }
        try {
            return work.get();
        } finally {
            room.release();
        }
    }
}
