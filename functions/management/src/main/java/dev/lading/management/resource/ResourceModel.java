package dev.lading.management.resource;

import dev.lading.management.api.Listing;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.metadata.Labels;
import dev.lading.operation.ResourceType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/** Common parts of all types of resources: ids in paths, first fields, filters and orders of lists. */
public final class ResourceModel {
    private ResourceModel() {}

    /**
     * The id in a path.
     *
     * @throws Problem 404 if it is malformed
     */
    public static UUID pathId(String text) {
        return ResourceType.uuid(text).orElseThrow(Problem::notFound);
    }

    /** A model with the first fields of every resource. */
    public static <T> Model<T> model(
            ResourceType type,
            String name,
            Function<T, UUID> id,
            Function<T, Instant> created,
            Function<T, Instant> updated) {
        return model(shown -> type, name, id, created, updated);
    }

    /** A model of resources of several types. */
    public static <T> Model<T> model(
            Function<T, ResourceType> type,
            String name,
            Function<T, UUID> id,
            Function<T, Instant> created,
            Function<T, Instant> updated) {
        return new Model<T>(name)
                .shows("pulp_href", Schema.URI, shown -> type.apply(shown).href(id.apply(shown)))
                .shows("prn", Schema.TEXT, shown -> type.apply(shown).prn(id.apply(shown)))
                .shows("pulp_created", Schema.TIME, created)
                .shows("pulp_last_updated", Schema.TIME, updated);
    }

    /** A listing with the filters and orders of every list of such resources. */
    public static <T> Listing<T> listing(Model<T> model, Function<T, UUID> id) {
        return new Listing<>(model)
                .identified()
                .filter("pulp_id", Schema.UUID, List.of(Lookup.IN), id)
                .order("pk", id)
                .order("pulp_id", id)
                .orders("pulp_created", "pulp_last_updated");
    }

    /** Adds the filter on labels, and the order, to lists of resources that have a type and labels. */
    public static <T> Listing<T> labelled(Listing<T> listing, Function<T, Labels> labels) {
        return listing.labelled(shown -> labels.apply(shown).values())
                .order("pulp_labels", shown -> labels.apply(shown).values().toString())
                .order("pulp_type", shown -> "container.container");
    }

    /** A source whose resources are found by their hrefs, resource names and ids without reading the others. */
    public static <T> ListingSource<T> byId(
            ListingSource<T> source, ResourceType type, Function<UUID, Optional<T>> find) {
        Function<String, Stream<T>> named = reference -> type.id(reference).flatMap(find).stream();
        return source.by("pulp_href", named)
                .by("prn", named)
                .by("pulp_id", id -> ResourceType.uuid(id).flatMap(find).stream());
    }
}
