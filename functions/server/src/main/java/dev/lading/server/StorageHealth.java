package dev.lading.server;

import dev.lading.oci.RepositoryName;
import dev.lading.repository.NameRecord;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready means that records can be read. */
@Singleton
@Readiness
final class StorageHealth implements HealthCheck {
    private static final RepositoryName ANY = new RepositoryName("health");

    private final Storage storage;
    private final ServerConfig config;

    StorageHealth(Storage storage, ServerConfig config) {
        this.storage = storage;
        this.config = config;
    }

    @Override
    public HealthCheckResponse call() {
        boolean readable = true;
        try {
            storage.metadata().get(NameRecord.TABLE, NameRecord.key(ANY));
        } catch (RuntimeException e) {
            readable = false;
        }
        return HealthCheckResponse.named("storage")
                .withData("kind", config.storage().name())
                .status(readable)
                .build();
    }
}
