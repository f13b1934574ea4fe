package dev.lading.management;

import dev.lading.management.api.Listing;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.metadata.Labels;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * A kind of resource: where its hrefs and resource names lead.
 *
 * @param path of its list, without the API's root
 * @param label in resource names
 */
record Kind(String path, String label) {
    static final Kind TASK = new Kind("tasks", "core.task");
    static final Kind REMOTE = new Kind("remotes/container/container", "container.containerremote");
    static final Kind REPOSITORY = new Kind("repositories/container/container", "container.containerrepository");
    static final Kind DISTRIBUTION = new Kind("distributions/container/container", "container.containerdistribution");

    static final Kind TAG = new Kind("content/container/tags", "container.tag");
    static final Kind MANIFEST = new Kind("content/container/manifests", "container.manifest");
    static final Kind BLOB = new Kind("content/container/blobs", "container.blob");
    static final Kind SIGNATURE = new Kind("content/container/signatures", "container.manifestsignature");

    private static final List<Kind> ALL =
            List.of(TASK, REMOTE, REPOSITORY, DISTRIBUTION, TAG, MANIFEST, BLOB, SIGNATURE);

    String href(UUID id) {
        return ApiPath.ROOT + "/" + path + "/" + id + "/";
    }

    String prn(UUID id) {
        return "prn:" + label + ":" + id;
    }

    /** The id in an href or resource name of this kind. */
    Optional<UUID> id(String reference) {
        String prefix = reference.startsWith("prn:") ? prn("") : ApiPath.ROOT + "/" + path + "/";
        String rest = reference.endsWith("/") ? reference.substring(0, reference.length() - 1) : reference;
        return rest.startsWith(prefix) ? uuid(rest.substring(prefix.length())) : Optional.empty();
    }

    private String prn(String id) {
        return "prn:" + label + ":" + id;
    }

    /**
     * The id in a path.
     *
     * @throws Problem 404 if it is none
     */
    static UUID pathId(String text) {
        return uuid(text).orElseThrow(Problem::notFound);
    }

    private static Optional<UUID> uuid(String text) {
        try {
            // UUID.fromString takes groups of any length.
            UUID id = UUID.fromString(text);
            return id.toString().equals(text) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The resource name for an href of any kind; what is no href stays as it is. */
    static String prnOf(String reference) {
        return ALL.stream()
                .flatMap(kind -> kind.id(reference).map(kind::prn).stream())
                .findFirst()
                .or(() -> VersionHref.parse(reference).map(VersionHref::prn))
                .orElse(reference);
    }

    /** What every resource shows first. */
    <T> Model<T> model(String name, Function<T, UUID> id, Function<T, Instant> created, Function<T, Instant> updated) {
        return new Model<T>(name)
                .shows("pulp_href", Schema.URI, shown -> href(id.apply(shown)))
                .shows("prn", Schema.TEXT, shown -> prn(id.apply(shown)))
                .shows("pulp_created", Schema.TIME, created)
                .shows("pulp_last_updated", Schema.TIME, updated);
    }

    /** What every list of such resources filters and orders by. */
    static <T> Listing<T> listing(Model<T> model, Function<T, UUID> id) {
        return new Listing<>(model)
                .identified()
                .filter("pulp_id", Schema.UUID, List.of(Lookup.IN), id)
                .order("pk", id)
                .order("pulp_id", id)
                .orders("pulp_created", "pulp_last_updated");
    }

    /** The filter on labels and the order of lists of resources that have a type and labels. */
    static <T> Listing<T> labelled(Listing<T> listing, Function<T, Labels> labels) {
        return listing.labelled(shown -> labels.apply(shown).values())
                .order("pulp_labels", shown -> labels.apply(shown).values().toString())
                .order("pulp_type", shown -> "container.container");
    }
}
