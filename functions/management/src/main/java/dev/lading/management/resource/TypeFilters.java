package dev.lading.management.resource;

import dev.lading.management.api.Filter;
import dev.lading.management.api.Listing;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.operation.ResourceType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;

/** Filters by the type of a resource, and by other resources it refers to. */
public final class TypeFilters {
    private static final String CONTAINER = "container.container";
    private static final String THROUGH = "container.pull-through";
    private static final String FILE = "file.file";
    private static final Map<ResourceType, String> OTHERS = Map.of(
            ResourceType.PULL_THROUGH, THROUGH,
            ResourceType.PULL_THROUGH_REMOTE, THROUGH,
            ResourceType.FILE_REPOSITORY, FILE);

    private TypeFilters() {}

    /** @param type of everything in the list */
    public static <T> Listing<T> filter(Listing<T> listing, String type) {
        return listing.filter(
                "pulp_type", Schema.oneOf(List.of(type)), List.of(Lookup.EXACT, Lookup.IN), shown -> type);
    }

    /** Adds the filter, and the order, to a list of resources of several types. */
    public static <T> Listing<T> filter(Listing<T> listing, Function<T, ResourceType> type) {
        Function<T, String> named = each -> OTHERS.getOrDefault(type.apply(each), CONTAINER);
        return listing.filter(
                        "pulp_type",
                        Schema.oneOf(List.of(CONTAINER, THROUGH, FILE)),
                        List.of(Lookup.EXACT, Lookup.IN),
                        named)
                .order("pulp_type", named);
    }

    /** A filter by href or resource name; {@code null} stands for none. */
    public static <T> Filter<T> reference(String name, ResourceType kind, Function<T, Optional<UUID>> value) {
        return new Filter<>(name, Schema.TEXT, false, values -> anyOf(name, kind, values, value));
    }

    public static <T> Filter<T> referenceIn(String name, ResourceType kind, Function<T, Optional<UUID>> value) {
        return new Filter<>(
                name + "__in", Schema.listOf(Schema.TEXT), false, values -> anyOf(name, kind, values, value));
    }

    /** A filter by one of several values, given by repeating the parameter. */
    public static <T> Filter<T> anyOf(String name, Schema each, Function<T, ?> value) {
        return new Filter<>(name, Schema.listOf(each), true, values -> {
            List<Object> given =
                    values.stream().map(text -> Filter.parse(name, each, text)).toList();
            return shown -> given.contains(Filter.plain(value.apply(shown)));
        });
    }

    private static <T> Predicate<T> anyOf(
            String name, ResourceType kind, List<String> references, Function<T, Optional<UUID>> value) {
        List<Optional<UUID>> ids = references.stream()
                .map(reference -> reference.equals("null")
                        ? Optional.<UUID>empty()
                        : Optional.of(kind.id(reference)
                                .orElseThrow(() -> Problem.field(name, reference + " is no href of this kind"))))
                .toList();
        return shown -> ids.contains(value.apply(shown));
    }
}
