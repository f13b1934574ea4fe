package dev.lading.registry.lambda;

import dev.lading.lambda.SnapshotPart;
import dev.lading.lambda.http.Gateway;
import dev.lading.oci.Digest;
import jakarta.inject.Singleton;

/** Primes the registry's resources. */
@Singleton
final class RegistrySnapshot implements SnapshotPart {
    private static final String NOBODYS = "/v2/lading-priming";

    @Override
    public void prime() {
        Digest digest = Digest.of(Digest.SHA256, new byte[0]);
        var gateway = new Gateway();
        gateway.send("GET", "/v2/");
        gateway.send("HEAD", NOBODYS + "/manifests/latest");
        gateway.send("GET", NOBODYS + "/manifests/" + digest);
        gateway.send("GET", NOBODYS + "/blobs/" + digest);
        gateway.send("GET", NOBODYS + "/tags/list");
        gateway.send("POST", NOBODYS + "/blobs/uploads/");
    }
}
