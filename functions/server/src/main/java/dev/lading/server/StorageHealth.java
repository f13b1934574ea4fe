package dev.lading.server;

import dev.lading.repository.DistributionService;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready means that records can be read. */
@Singleton
@Readiness
final class StorageHealth implements HealthCheck {
    private final DistributionService distributions;
    private final ServerConfig config;

    StorageHealth(DistributionService distributions, ServerConfig config) {
        this.distributions = distributions;
        this.config = config;
    }

    @Override
    public HealthCheckResponse call() {
        boolean readable = true;
        try {
            // A listing, for single records may be answered from memory.
            distributions.basePaths(Optional.empty(), 1, true);
        } catch (RuntimeException e) {
            readable = false;
        }
        return HealthCheckResponse.named("storage")
                .withData("kind", config.storage().name())
                .status(readable)
                .build();
    }
}
