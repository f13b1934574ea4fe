package dev.lading.http.mirror;

import dev.lading.oci.RepositoryName;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** Ports or domain names that serve one pull-through distribution and nothing else. */
@FunctionalInterface
public interface Entrances {
    /**
     * Base path of the distribution that the entrance of a request is bound to, by what the deployment knows and no
     * client says; empty: the registry's own entrance.
     */
    Optional<RepositoryName> mirror(HttpServerRequest request);

    /** Whether a request came in where builds under way do, and nobody else. */
    default boolean isForBuilds(HttpServerRequest request) {
        return false;
    }
}
