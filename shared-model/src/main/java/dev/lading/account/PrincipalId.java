package dev.lading.account;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.random.Randomness;
import java.util.Optional;

/**
 * The permanent identity of whoever is given roles: a random positive number that nobody else has, before or later.
 * Pulp's API shows it as a number, which clients in JavaScript read exactly up to 53 bits.
 */
public record PrincipalId(long value) implements Comparable<PrincipalId> {
    private static final int BITS = 53;

    @JsonCreator
    public PrincipalId {}

    static PrincipalId random() {
        // Zero would be read as no id by some clients.
        return new PrincipalId(Math.max(1, Randomness.source().nextLong() >>> (Long.SIZE - BITS)));
    }

    /** The id in a path; empty: it is none. */
    public static Optional<PrincipalId> parse(String text) {
        try {
            PrincipalId id = new PrincipalId(Long.parseLong(text));
            return id.value > 0 && id.toString().equals(text) ? Optional.of(id) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    @Override
    public int compareTo(PrincipalId other) {
        return Long.compare(value, other.value);
    }

    @JsonValue
    @Override
    public long value() {
        return value;
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
