package dev.lading.access;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * A cache of verified tokens by hash, since verifying one costs more than all the rest of a manifest's look-up. Bounded
 * in bytes, whatever the tokens hold; the least used are evicted.
 */
final class CheckedTokens {
    static final long MAX_BYTES = 4L * 1024 * 1024;

    /** Bytes of the hash, the expiry, and the cache's own entry. */
    private static final int ENTRY_BYTES = 320;

    private final Cache<String, Checked> checked;

    /** Bytes of the id and epoch of another whose rights count. */
    private static final int OTHER_BYTES = 120;

    /** @param expires expiry of the token itself */
    record Checked(Caller.Bearer bearer, Instant expires) {
        int bytes() {
            return ENTRY_BYTES
                    + OTHER_BYTES
                            * bearer.tokenHolder()
                                    .map(holder -> holder.epochs().size())
                                    .orElse(0)
                    + bearer.scopes().stream().mapToInt(Scope::memoryBytes).sum();
        }
    }

    CheckedTokens(Duration remembered) {
        this.checked = Caffeine.newBuilder()
                .maximumWeight(MAX_BYTES)
                .weigher((String hash, Checked entry) -> entry.bytes())
                .expireAfterWrite(remembered)
                .build();
    }

    /** @param check throws if the token is invalid, which is not cached */
    Caller.Bearer get(String token, Instant now, Supplier<Checked> check) {
        String hash = hash(token);
        Checked known = checked.getIfPresent(hash);
        if (known != null && known.expires().isAfter(now)) {
            return known.bearer();
        }
        Checked fresh = check.get();
        checked.put(hash, fresh);
        return fresh.bearer();
    }

    /** The cache's weight. */
    OptionalLong bytes() {
        checked.cleanUp();
        return checked.policy().eviction().orElseThrow().weightedSize();
    }

    /** The hash in 32 characters of one byte each. */
    private static String hash(String token) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
            return new String(hash, ISO_8859_1);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
