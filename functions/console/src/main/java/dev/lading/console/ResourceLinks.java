package dev.lading.console;

import dev.lading.operation.Reservation;
import dev.lading.operation.ResourceType;
import dev.lading.operation.VersionHref;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Pages of what the REST API names. */
public final class ResourceLinks {
    private static final Map<ResourceType, String> PAGES = Map.of(
            ResourceType.REPOSITORY, "/repositories/",
            ResourceType.DISTRIBUTION, "/distributions/",
            ResourceType.REMOTE, "/remotes/",
            ResourceType.PULL_THROUGH, "/pull-through/",
            ResourceType.PULL_THROUGH_REMOTE, "/pull-through/remotes/",
            ResourceType.TASK, "/tasks/");

    private ResourceLinks() {}

    /**
     * The page of a resource, as a path below {@code /ui}; empty: there is none.
     *
     * @param reference its href, or its resource name as tasks reserve it
     */
    public static Optional<String> page(String reference) {
        String plain =
                reference.startsWith(Reservation.SHARED) ? reference.substring(Reservation.SHARED.length()) : reference;
        return PAGES.entrySet().stream()
                .flatMap(page -> page.getKey().id(plain).map(id -> page.getValue() + id + "/").stream())
                .findFirst()
                .or(() -> VersionHref.parse(plain)
                        .map(version ->
                                repository(version.repository().value()) + "versions/" + version.number() + "/"));
    }

    private static String repository(UUID id) {
        return PAGES.get(ResourceType.REPOSITORY) + id + "/";
    }
}
