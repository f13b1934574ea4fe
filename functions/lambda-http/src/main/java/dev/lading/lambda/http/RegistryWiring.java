package dev.lading.lambda.http;

import dev.lading.access.RegistrySettings;
import dev.lading.access.RequestLimit;
import dev.lading.access.Secrets;
import dev.lading.blob.BlobStore;
import dev.lading.http.mirror.Entrances;
import dev.lading.lambda.LambdaConfig;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.RepositoryName;
import dev.lading.repository.RepositoryService;
import dev.lading.secret.SecretStore;
import dev.lading.signing.KeyRotation;
import dev.lading.upload.UploadService;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Deployment settings for the registry's services. */
final class RegistryWiring {
    @Produces
    @Singleton
    KeyRotation rotation(MetadataStore metadata, SecretStore store, InstantSource clock) {
        return Secrets.rotation(metadata, store, clock);
    }

    @Produces
    @Singleton
    Secrets secrets(SecretStore store, KeyRotation rotation, InstantSource clock) {
        return new Secrets(store, rotation, clock, Optional.empty());
    }

    /**
     * @param publicUrl {@code LADING_PUBLIC_URL}; empty: as the gateway says
     * @param uploadUrl {@code LADING_UPLOAD_URL}, the upload service's; empty: uploads come here, in small chunks
     */
    @Produces
    @Singleton
    RegistrySettings settings(
            @ConfigProperty(name = "lading.public-url") Optional<URI> publicUrl,
            @ConfigProperty(name = "lading.upload-url") Optional<URI> uploadUrl) {
        return new RegistrySettings(false, publicUrl, uploadUrl, 0, false, true);
    }

    /**
     * @param domain {@code LADING_MIRROR_DOMAIN}, a name of the API at which one pull-through distribution is served
     * @param basePath {@code LADING_MIRROR_DISTRIBUTION}, that distribution's
     */
    @Produces
    @Singleton
    Entrances entrances(
            @ConfigProperty(name = "lading.mirror-domain") Optional<String> domain,
            @ConfigProperty(name = "lading.mirror-distribution") Optional<String> basePath,
            RequestAtHand atHand) {
        Optional<RepositoryName> mirror = basePath.map(RepositoryName::new);
        return request ->
                domain.filter(name -> name.equalsIgnoreCase(atHand.domain())).flatMap(name -> mirror);
    }

    /** The gateway's throttle is before all processes at once; one process sees a part of a caller's requests. */
    @Produces
    @Singleton
    RequestLimit requests() {
        return RequestLimit.NONE;
    }

    @Produces
    @Singleton
    UploadService uploads(
            MetadataStore metadata,
            BlobStore blobs,
            RepositoryService repositories,
            InstantSource clock,
            LambdaConfig config) {
        return new UploadService(
                metadata, blobs, repositories, clock, config.uploadExpiry(), true, config.openUploads());
    }
}
