package dev.lading.management.lambda;

import dev.lading.http.WarmingRequest;
import dev.lading.lambda.SnapshotPart;
import dev.lading.lambda.http.Gateway;
import jakarta.inject.Singleton;

/** Primes the management API's resources. */
@Singleton
final class ManagementSnapshot implements SnapshotPart {
    @Override
    public void prime() {
        Gateway.send(WarmingRequest.MANAGEMENT);
    }
}
