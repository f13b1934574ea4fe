package dev.lading.lambda;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobStore;
import dev.lading.history.PullPath;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.RepositoryName;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Primes the SDK's clients and the presigner. */
@Singleton
final class StoresSnapshot implements SnapshotPart {
    private static final RepositoryName NOBODYS = new RepositoryName("lading-priming");

    private final MetadataStore metadata;
    private final BlobStore blobs;

    StoresSnapshot(MetadataStore metadata, BlobStore blobs) {
        this.metadata = metadata;
        this.blobs = blobs;
    }

    @Override
    public void prime() throws Exception {
        BlobKey nobodys = new BlobKey("0".repeat(32));
        metadata.get(PullPath.TABLE, PullPath.key(NOBODYS));
        blobs.sizeBytes(nobodys);
        blobs.download(nobodys, Duration.ofMinutes(1));
    }
}
