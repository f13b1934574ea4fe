package dev.lading.signing;

import java.time.Instant;

/**
 * A key that signs tokens, whose text is the secret of its {@link #name}.
 *
 * @param generation 1 for the first, and one more for each after it
 * @param signsFrom it signs until the next key does; of the first one, when it was first seen
 */
public record SigningKey(int generation, Instant signsFrom) {
    /** The name of the first key, which is also that of tokens that name none. */
    public static final String FIRST = "token-key";

    public String name() {
        return generation == 1 ? FIRST : FIRST + "-" + generation;
    }
}
