package dev.lading.registry;

import dev.lading.access.AccessPolicy;
import dev.lading.access.Authenticator;
import dev.lading.access.Guesses;
import dev.lading.access.RegistrySettings;
import dev.lading.access.Secrets;
import dev.lading.access.Tokens;
import dev.lading.blob.BlobStore;
import dev.lading.content.BlobService;
import dev.lading.content.ManifestService;
import dev.lading.metadata.MetadataStore;
import dev.lading.repository.DistributionService;
import dev.lading.repository.RepositoryService;
import dev.lading.upload.UploadService;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Every service, once, over what a deployment provides: its stores, secrets, settings and uploads. */
final class RegistryServices {
    @Produces
    @Singleton
    InstantSource clock() {
        return InstantSource.system();
    }

    @Produces
    @Singleton
    RepositoryService repositories(MetadataStore metadata, InstantSource clock) {
        return new RepositoryService(metadata, clock);
    }

    @Produces
    @Singleton
    DistributionService distributions(MetadataStore metadata, InstantSource clock) {
        return new DistributionService(metadata, clock);
    }

    @Produces
    @Singleton
    BlobService blobs(MetadataStore metadata, BlobStore blobs, RepositoryService repositories, InstantSource clock) {
        return new BlobService(metadata, blobs, repositories, clock);
    }

    @Produces
    @Singleton
    ManifestService manifests(
            BlobStore blobs, RepositoryService repositories, UploadService uploads, InstantSource clock) {
        return new ManifestService(repositories, uploads, blobs, clock);
    }

    @Produces
    @Singleton
    AccessPolicy policy(RegistrySettings settings, Secrets secrets) {
        return new AccessPolicy(settings, secrets);
    }

    @Produces
    @Singleton
    Tokens tokens(Secrets secrets, InstantSource clock) {
        return new Tokens(secrets, clock);
    }

    @Produces
    @Singleton
    Authenticator authenticator(AccessPolicy policy, Tokens tokens, InstantSource clock) {
        return new Authenticator(policy, tokens, new Guesses(clock));
    }

    @Produces
    @Singleton
    RegistryUrls urls(RegistrySettings settings) {
        return new RegistryUrls(settings);
    }
}
