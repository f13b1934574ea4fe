package dev.lading.access;

import dev.lading.account.Revocations;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.RegistryException.CredentialsRefused;
import dev.lading.oci.RegistryException.StoreBusy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Refuses tokens of users and robots that were revoked. The record is read every {@link #REMEMBERED}, by one request at a
 * time; while it cannot be read, that of before counts for {@link #TRUSTED}, and then no such token does.
 */
final class RevokedTokens {
    static final Duration REMEMBERED = Duration.ofSeconds(30);
    static final Duration TRUSTED = Duration.ofMinutes(5);
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Logger LOG = Logger.getLogger(RevokedTokens.class);

    private final MetadataStore store;
    private final InstantSource clock;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile @Nullable Read current;

    /** @param again when to read it again, and {@code at} when it was read */
    private record Read(Revocations revocations, Instant at, Instant again) {}

    RevokedTokens(MetadataStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * @throws CredentialsRefused if the token was revoked
     * @throws StoreBusy if that cannot be told
     */
    void require(TokenHolder holder, Instant issued) {
        if (revocations().has(holder.epochs(), issued)) {
            throw new CredentialsRefused("the token was revoked");
        }
    }

    private Revocations revocations() {
        Instant now = clock.instant();
        Read known = current;
        Read read = known == null || !now.isBefore(known.again()) ? readAgain(known, now) : known;
        if (!now.isBefore(read.at().plus(TRUSTED))) {
            throw new StoreBusy("the registry cannot tell whether this token was revoked", RETRY);
        }
        return read.revocations();
    }

    /** Reads it, unless another request does: then what is known counts until that is done. */
    private Read readAgain(@Nullable Read before, Instant now) {
        if (before == null) {
            reading.lock();
        } else if (!reading.tryLock()) {
            return before;
        }
        try {
            Read known = current;
            if (known != null && now.isBefore(known.again())) {
                return known;
            }
            Read read = read(known == null ? new Read(Revocations.NONE, Instant.EPOCH, now) : known, now);
            current = read;
            return read;
        } finally {
            reading.unlock();
        }
    }

    private Read read(Read before, Instant now) {
        try {
            return new Read(Revocations.read(store), now, now.plus(REMEMBERED));
        } catch (RuntimeException e) {
            LOG.warnf(
                    "cannot read which tokens were revoked, last read at %s; five minutes after it no token of a user or"
                            + " robot counts: %s",
                    before.at(), e.getMessage());
            return new Read(before.revocations(), before.at(), now.plus(RETRY));
        }
    }
}
