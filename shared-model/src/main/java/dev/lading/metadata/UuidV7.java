package dev.lading.metadata;

import dev.lading.random.Randomness;
import java.time.Instant;
import java.util.UUID;

/** Identifiers that sort by the millisecond of their creation. Source: RFC 9562, section 5.7. */
public final class UuidV7 {

    private static final long VERSION = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;
    private static final long RAND_A = 0xFFFL;
    private static final long RAND_B = 0x3FFF_FFFF_FFFF_FFFFL;

    private UuidV7() {}

    public static UUID random(Instant now) {
        return of(now, Randomness.source().nextLong(), Randomness.source().nextLong());
    }

    /** @param a random bits, of which the lowest 12 are used; of {@code b}, the lowest 62 */
    public static UUID of(Instant now, long a, long b) {
        return new UUID((now.toEpochMilli() << 16) | VERSION | (a & RAND_A), VARIANT | (b & RAND_B));
    }

    public static Instant time(UUID id) {
        return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
    }

    public static long a(UUID id) {
        return id.getMostSignificantBits() & RAND_A;
    }

    public static long b(UUID id) {
        return id.getLeastSignificantBits() & RAND_B;
    }
}
