package dev.lading.registry;

import dev.lading.oci.RegistryException.QueryInvalid;
import org.jspecify.annotations.Nullable;

/** The {@code n} and {@code last} of a listing. Source: distribution-spec v1.1, "Listing tags". */
final class Paging {
    /** The most entries of a page; a {@code Link} leads to the rest. */
    static final int MAX_ENTRIES = 10_000;

    /** Length limit, longer than any name. */
    private static final int MAX_CHARACTERS = 256;

    private static final char LEAST = '-';
    private static final char MOST = 'z';
    private static final char BEHIND_ALL = MOST + 1;

    private Paging() {}

    /**
     * The place of a {@code last} in the order of names, whose characters are from {@value #LEAST} to {@value #MOST}
     * only. Any text has a place: it may name an entry that is gone, or none at all.
     *
     * @return after which the listing resumes, in such characters and at most one after them all; empty: from the start
     */
    static String behind(@Nullable String last) {
        String text = last == null ? "" : last.substring(0, Math.min(last.length(), MAX_CHARACTERS));
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < LEAST || c > MOST) {
                return text.substring(0, i) + (c > MOST ? BEHIND_ALL : "");
            }
        }
        return text;
    }

    static int limit(@Nullable String n) {
        if (n == null || n.isEmpty()) {
            return MAX_ENTRIES;
        }
        if (!n.matches("\\d{1,18}")) {
            throw new QueryInvalid("n is the number of entries wanted, not '" + n + "'");
        }
        return (int) Math.min(MAX_ENTRIES, Long.parseLong(n));
    }
}
