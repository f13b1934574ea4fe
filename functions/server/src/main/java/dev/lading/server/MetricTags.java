package dev.lading.server;

import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Set;

/**
 * Keeps the tags of request metrics few. A request that no resource takes is counted under its own path and method, and
 * there is a limit on how many: whoever sends a hundred of them would have no others counted.
 */
final class MetricTags {
    private static final Set<String> PATHS =
            Set.of("/v2", "/v2/", "/v2/_catalog", "/token", "/token/", "NOT_FOUND", "REDIRECTION", "UNKNOWN", "root");
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final String OTHER = "OTHER";

    @Produces
    @Singleton
    MeterFilter paths() {
        return MeterFilter.replaceTagValues("uri", uri -> uri.contains("{") || PATHS.contains(uri) ? uri : OTHER);
    }

    @Produces
    @Singleton
    MeterFilter methods() {
        return MeterFilter.replaceTagValues("method", method -> METHODS.contains(method) ? method : OTHER);
    }
}
