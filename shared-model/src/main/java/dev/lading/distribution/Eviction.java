package dev.lading.distribution;

import dev.lading.oci.RegistryException.FieldInvalid;
import java.util.Optional;

/**
 * When the bytes of what was pulled through a distribution are given back.
 *
 * @param afterDays since the last pull; empty: never for that
 * @param maxBytes that repositories of the distribution may hold and no others do; empty: any number
 * @param gone whether content is given back, too, which the upstream had no more when it was last asked
 */
public record Eviction(Optional<Integer> afterDays, Optional<Long> maxBytes, boolean gone) {
    public static final Eviction NONE = new Eviction(Optional.empty(), Optional.empty(), false);

    /** Some ten years. */
    public static final int MOST_DAYS = 3650;

    public Eviction {
        // Pulls are noted to within a day.
        if (afterDays.filter(days -> days < 1 || days > MOST_DAYS).isPresent()) {
            throw new FieldInvalid("evict_after_days", "Use 1 to " + MOST_DAYS + " days.");
        }
        if (maxBytes.filter(bytes -> bytes < 0).isPresent()) {
            throw new FieldInvalid("max_bytes", "Use 0 or more.");
        }
    }

    /** Whether anything may ever be given back. */
    public boolean hasLimit() {
        return afterDays.isPresent() || maxBytes.isPresent();
    }
}
