package dev.lading.server;

import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Set;

/**
 * Bounds the tags of request metrics. A request that no resource handles is counted under its own path and method, and
 * their number is limited: a client that sends a hundred of them would otherwise keep others from being counted.
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
