package dev.lading.history;

import dev.lading.history.row.Content;
import dev.lading.history.row.TagEntry;
import dev.lading.metadata.Table;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One name that two versions show differently.
 *
 * @param removed what the first shows; empty: nothing
 * @param added what the second shows; empty: nothing
 */
public record Difference(
        Table<? extends Content> table, String name, Optional<Content> removed, Optional<Content> added) {
    /** One, or none if both are the same. */
    public static Stream<Difference> between(Content named, Optional<Content> before, Optional<Content> after) {
        boolean same = before.isPresent() ? after.isPresent() && same(before.get(), after.get()) : after.isEmpty();
        return same ? Stream.empty() : Stream.of(new Difference(named.table(), named.name(), before, after));
    }

    /** Of one table and name; but for a tag, that says all. */
    private static boolean same(Content one, Content other) {
        return !(one instanceof TagEntry tag) || tag.digest().equals(((TagEntry) other).digest());
    }
}
