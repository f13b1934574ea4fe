package dev.lading.management.lambda;

import dev.lading.lambda.SnapshotPart;
import dev.lading.lambda.http.Gateway;
import jakarta.inject.Singleton;

/** Primes the management API's resources. */
@Singleton
final class ManagementSnapshot implements SnapshotPart {
    @Override
    public void prime() {
        var gateway = new Gateway();
        gateway.send("GET", "/pulp/api/v3/status/");
        gateway.send("GET", "/pulp/api/v3/docs/api.json");
        gateway.send("GET", "/pulp/api/v3/tasks/");
    }
}
