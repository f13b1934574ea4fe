package dev.lading.server;

import dev.lading.access.AccessPolicy;
import dev.lading.access.Authenticator;
import dev.lading.access.RegistrySettings;
import dev.lading.access.Tokens;
import dev.lading.content.BlobService;
import dev.lading.content.ManifestService;
import dev.lading.embedded.DataFolder;
import dev.lading.embedded.DiskSpace;
import dev.lading.embedded.FileBlobStore;
import dev.lading.embedded.SqliteMetadataStore;
import dev.lading.registry.RegistryUrls;
import dev.lading.repository.RepositoryService;
import dev.lading.upload.UploadService;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Builds every service once, over the storage that the configuration chose. */
final class Wiring {
    @Produces
    @Singleton
    InstantSource clock() {
        return InstantSource.system();
    }

    @Produces
    @Singleton
    Storage storage(ServerConfig config) throws IOException, SQLException {
        DataFolder folder = DataFolder.open(config.data());
        try {
            return storage(config, folder);
        } catch (IOException | SQLException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private static Storage storage(ServerConfig config, DataFolder folder) throws IOException, SQLException {
        Secrets secrets = new Secrets(folder);
        Optional<String> given = config.adminPassword().filter(p -> !p.isBlank());
        Optional<String> made = given.isPresent() ? Optional.empty() : secrets.makePassword();
        String password = given.orElseGet(secrets::password);
        return switch (config.storage()) {
            case embedded -> {
                DiskSpace space = new DiskSpace(folder.root());
                var metadata = new SqliteMetadataStore(folder.database(), space);
                var blobs = new FileBlobStore(folder.blobs(), space);
                yield new Storage(metadata, blobs, secrets.keys(), password, made, true, List.of(metadata, folder));
            }
            case aws -> AwsStorage.open(config.aws(), folder, secrets.keys(), password, made);
        };
    }

    void close(@Disposes Storage storage) throws Exception {
        for (AutoCloseable closeable : storage.closeables()) {
            closeable.close();
        }
    }

    @Produces
    @Singleton
    RegistrySettings settings(ServerConfig config, Storage storage) {
        return new RegistrySettings(storage.adminPassword(), config.anonymousPush(), config.publicUrl());
    }

    @Produces
    @Singleton
    RepositoryService repositories(Storage storage, InstantSource clock) {
        return new RepositoryService(storage.metadata(), clock);
    }

    @Produces
    @Singleton
    UploadService uploads(Storage storage, RepositoryService repositories, InstantSource clock, ServerConfig config)
            throws IOException {
        var uploads =
                new UploadService(storage.metadata(), storage.blobs(), repositories, clock, config.uploadExpiry());
        if (storage.exclusive()) {
            uploads.recover();
        }
        return uploads;
    }

    @Produces
    @Singleton
    BlobService blobs(Storage storage, RepositoryService repositories) {
        return new BlobService(storage.metadata(), storage.blobs(), repositories);
    }

    @Produces
    @Singleton
    ManifestService manifests(Storage storage, RepositoryService repositories, UploadService uploads) {
        return new ManifestService(repositories, uploads, storage.blobs());
    }

    @Produces
    @Singleton
    AccessPolicy policy(RegistrySettings settings) {
        return new AccessPolicy(settings);
    }

    @Produces
    @Singleton
    Tokens tokens(Storage storage, InstantSource clock) {
        return new Tokens(storage.keys(), clock);
    }

    @Produces
    @Singleton
    Authenticator authenticator(AccessPolicy policy, Tokens tokens) {
        return new Authenticator(policy, tokens);
    }

    @Produces
    @Singleton
    RegistryUrls urls(RegistrySettings settings) {
        return new RegistryUrls(settings);
    }
}
