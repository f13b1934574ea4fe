package dev.lading.maintenance;

import dev.lading.audit.Acting;
import dev.lading.blob.BlobStore;
import dev.lading.distribution.NewNames;
import dev.lading.lambda.LambdaConfig;
import dev.lading.metadata.MetadataStore;
import dev.lading.repository.RepositoryService;
import dev.lading.upload.UploadService;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Deployment settings for the maintenance function's services. */
final class MaintenanceWiring {
    @Produces
    @Singleton
    InstantSource clock() {
        return InstantSource.system();
    }

    @Produces
    @Singleton
    Acting acting() {
        return Acting.NOBODY;
    }

    @Produces
    @Singleton
    UploadService uploads(
            MetadataStore metadata, BlobStore blobs, LambdaConfig config, InstantSource clock, Acting acting) {
        var repositories = new RepositoryService(metadata, clock, NewNames.PUBLIC, acting);
        return new UploadService(metadata, blobs, repositories, clock, config.uploadExpiry(), true);
    }
}
