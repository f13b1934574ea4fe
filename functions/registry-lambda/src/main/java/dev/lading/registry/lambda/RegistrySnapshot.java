package dev.lading.registry.lambda;

import dev.lading.http.WarmingRequest;
import dev.lading.lambda.SnapshotPart;
import dev.lading.lambda.http.Gateway;
import jakarta.inject.Singleton;

/** Primes the registry's resources. */
@Singleton
final class RegistrySnapshot implements SnapshotPart {
    @Override
    public void prime() {
        Gateway.send(WarmingRequest.REGISTRY);
    }
}
