package dev.lading.history;

import dev.lading.history.row.Content;
import dev.lading.history.row.TagEntry;
import dev.lading.metadata.Table;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A name that two versions show differently.
 *
 * @param removed what the first shows; empty: nothing
 * @param added what the second shows; empty: nothing
 */
public record Difference(
        Table<? extends Content> table, String name, Optional<Content> removed, Optional<Content> added) {
    /** The difference, or none if both are equal. */
    public static Stream<Difference> between(Content named, Optional<Content> before, Optional<Content> after) {
        boolean same = before.isPresent() ? after.isPresent() && same(before.get(), after.get()) : after.isEmpty();
        return same ? Stream.empty() : Stream.of(new Difference(named.table(), named.name(), before, after));
    }

    /** Whether two rows of one table and name are equal; except for tags, they always are. */
    private static boolean same(Content one, Content other) {
        return !(one instanceof TagEntry tag) || tag.digest().equals(((TagEntry) other).digest());
    }
}
