package dev.lading.overview;

import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.TagEntry;
import java.time.Instant;
import java.util.Optional;

/**
 * A tag with what is known of its manifest.
 *
 * @param manifest empty: it was not looked up
 * @param pulled when the manifest was last pulled, to within a day; empty: never, or before that was noted
 */
public record TagSummary(TagEntry tag, Optional<ManifestEntry> manifest, Optional<Instant> pulled, Signed signed) {
    /** Whether a signature by cosign is there; whether it is good is for those to say who have its key. */
    public enum Signed {
        YES,
        NO,
        /** There are more signatures than were looked through. */
        UNKNOWN
    }
}
