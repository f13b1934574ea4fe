package dev.lading.registry;

import dev.lading.oci.RegistryException.QueryInvalid;
import java.util.Optional;

/** The {@code n} of a listing. Source: distribution-spec v1.1, "Listing tags". */
final class Paging {
    /** What a page holds at most, asked for or not; the rest is a {@code Link} away. */
    static final int MAX_ENTRIES = 10_000;

    private Paging() {}

    static int limit(String n) {
        if (Optional.ofNullable(n).filter(text -> !text.isEmpty()).isEmpty()) {
            return MAX_ENTRIES;
        }
        if (!n.matches("\\d{1,18}")) {
            throw new QueryInvalid("n is the number of entries wanted, not '" + n + "'");
        }
        return (int) Math.min(MAX_ENTRIES, Long.parseLong(n));
    }
}
