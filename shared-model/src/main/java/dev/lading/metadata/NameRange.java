package dev.lading.metadata;

import java.util.Comparator;
import java.util.Optional;

/**
 * A page that is asked for of things by name.
 *
 * @param prefix that names begin with
 * @param descending from the last name to the first
 * @param after the name where the page before ended, as a client says it
 * @param limit names in the page, at most
 */
public record NameRange(String prefix, boolean descending, Optional<String> after, int limit) {
    /** The first names that begin with a text. */
    public static NameRange first(String prefix, int limit) {
        return new NameRange(prefix, false, Optional.empty(), limit);
    }

    public NameRange after(Optional<String> name) {
        return new NameRange(prefix, descending, name, limit);
    }

    /** This page of what a query finds from the first name to the last; from the start, if it ends no page there. */
    public Query of(Query ascending) {
        return (descending ? ascending.reversed() : ascending).resumed(after);
    }

    public Comparator<String> order() {
        return descending ? Comparator.reverseOrder() : Comparator.naturalOrder();
    }

    /** Whether a name is one of this page or of a later one. */
    public boolean includes(String name) {
        return name.startsWith(prefix)
                && after.filter(last -> last.startsWith(prefix))
                        .filter(last -> order().compare(name, last) <= 0)
                        .isEmpty();
    }
}
