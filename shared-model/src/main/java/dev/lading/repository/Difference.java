package dev.lading.repository;

import dev.lading.metadata.Table;
import java.util.Optional;

/**
 * One name that two versions show differently.
 *
 * @param removed what the first shows; empty: nothing
 * @param added what the second shows; empty: nothing
 */
public record Difference(
        Table<? extends Content> table, String name, Optional<Content> removed, Optional<Content> added) {
    static boolean same(Optional<Content> one, Optional<Content> other) {
        return one.isPresent() == other.isPresent() && (one.isEmpty() || same(one.get(), other.get()));
    }

    /** Of rows of one table and name. */
    private static boolean same(Content one, Content other) {
        // Of the others, the name says all.
        return !(one instanceof TagEntry tag) || tag.digest().equals(((TagEntry) other).digest());
    }
}
