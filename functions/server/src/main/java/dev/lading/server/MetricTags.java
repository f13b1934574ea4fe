package dev.lading.server;

import dev.lading.server.warmup.WarmUp;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.quarkus.micrometer.runtime.HttpServerMetricsTagsContributor;
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
    private static final String WARM_UP = "warm-up";

    @Produces
    @Singleton
    MeterFilter paths() {
        return MeterFilter.replaceTagValues("uri", uri -> uri.contains("{") || PATHS.contains(uri) ? uri : OTHER);
    }

    /** Marks requests of the warm-up, for {@link #warmUps}. */
    @Singleton
    static final class WarmUps implements HttpServerMetricsTagsContributor {
        @Override
        public Tags contribute(Context context) {
            return WarmUp.isItsRequest(context::requestContextLocalData) ? Tags.of(WARM_UP, "true") : Tags.empty();
        }
    }

    @Produces
    @Singleton
    MeterFilter warmUps() {
        return MeterFilter.deny(id -> id.getTag(WARM_UP) != null);
    }

    @Produces
    @Singleton
    MeterFilter methods() {
        return MeterFilter.replaceTagValues("method", method -> METHODS.contains(method) ? method : OTHER);
    }
}
