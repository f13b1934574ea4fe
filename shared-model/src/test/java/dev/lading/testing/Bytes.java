package dev.lading.testing;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Content that is never generated twice. */
public final class Bytes {
    private static final AtomicLong SEED = new AtomicLong();

    private Bytes() {}

    public static byte[] random(int size) {
        byte[] content = new byte[size];
        new SplittableRandom(SEED.incrementAndGet()).nextBytes(content);
        return content;
    }
}
