package dev.lading.random;

import java.security.SecureRandom;
import java.util.UUID;

/**
 * The one source of random bytes. It can be reseeded: a process that is restored from a snapshot, as by Lambda's
 * SnapStart, must not continue with the generator state that every other copy of the snapshot has, too.
 */
public final class Randomness {
    private static volatile SecureRandom source = new SecureRandom();

    private Randomness() {}

    public static SecureRandom source() {
        return source;
    }

    public static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        source.nextBytes(bytes);
        return bytes;
    }

    /** A random (version 4) UUID. Source: RFC 9562, section 5.4. */
    public static UUID uuid() {
        long high = (source.nextLong() & 0xffff_ffff_ffff_0fffL) | 0x4000L;
        long low = (source.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    /** Discards the generator's state. */
    public static void renew() {
        use(new SecureRandom());
    }

    public static void use(SecureRandom other) {
        source = other;
    }
}
