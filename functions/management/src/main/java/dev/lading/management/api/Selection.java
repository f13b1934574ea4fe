package dev.lading.management.api;

import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The selection of an answer's properties by the parameters {@code fields} and {@code exclude_fields}. Unknown names
 * are ignored.
 *
 * @param only empty: all
 */
public record Selection(Set<String> only, Set<String> not) {
    public static final Selection ALL = new Selection(Set.of(), Set.of());

    public static Selection of(MultivaluedMap<String, String> query) {
        return new Selection(names(query.get("fields")), names(query.get("exclude_fields")));
    }

    boolean takes(String property) {
        return (only.isEmpty() || only.contains(property)) && !not.contains(property);
    }

    private static Set<String> names(@Nullable List<String> parameters) {
        return parameters == null
                ? Set.of()
                : parameters.stream()
                        .flatMap(text -> Arrays.stream(text.split(",", -1)))
                        .filter(name -> !name.isEmpty())
                        .collect(Collectors.toUnmodifiableSet());
    }
}
