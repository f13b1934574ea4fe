package dev.lading.management;

import dev.lading.blob.BlobStore;
import dev.lading.cleanup.CleanupService;
import dev.lading.content.ContentService;
import dev.lading.content.ManifestService;
import dev.lading.content.RepairService;
import dev.lading.content.UnitLabels;
import dev.lading.curation.CurationService;
import dev.lading.metadata.MetadataStore;
import dev.lading.remote.RemoteService;
import dev.lading.repository.HistoryCleanup;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import dev.lading.secret.Seal;
import dev.lading.task.TaskRunner;
import dev.lading.task.Tasks;
import dev.lading.upload.UploadService;
import dev.lading.work.WorkQueue;
import io.quarkus.arc.All;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;

/** Every service of administration, once, over what a deployment provides: its stores, a seal, and a queue for tasks. */
final class ManagementServices {
    @Produces
    @Singleton
    VersionService versions(MetadataStore metadata, RepositoryService repositories) {
        return new VersionService(metadata, repositories);
    }

    @Produces
    @Singleton
    ContentService content(MetadataStore metadata, VersionService versions) {
        return new ContentService(metadata, versions);
    }

    @Produces
    @Singleton
    UnitLabels labels(MetadataStore metadata) {
        return new UnitLabels(metadata);
    }

    @Produces
    @Singleton
    CurationService curation(
            MetadataStore metadata,
            RepositoryService repositories,
            VersionService versions,
            ContentService content,
            ManifestService manifests,
            InstantSource clock) {
        return new CurationService(metadata, repositories, versions, content, manifests, clock);
    }

    @Produces
    @Singleton
    CleanupService cleanup(
            MetadataStore metadata,
            RepositoryService repositories,
            VersionService versions,
            ManifestService manifests,
            UploadService uploads,
            InstantSource clock) {
        var histories = new HistoryCleanup(
                metadata,
                repositories,
                versions,
                manifest -> manifests.parsed(manifest).named());
        return new CleanupService(metadata, histories, uploads, clock);
    }

    @Produces
    @Singleton
    RepairService repair(VersionService versions, BlobStore blobs) {
        return new RepairService(versions, blobs);
    }

    @Produces
    @Singleton
    RemoteService remotes(MetadataStore metadata, Seal seal, InstantSource clock) {
        return new RemoteService(metadata, seal, clock);
    }

    @Produces
    @Singleton
    Tasks tasks(MetadataStore metadata, WorkQueue queue, InstantSource clock) {
        return new Tasks(metadata, queue, clock);
    }

    @Produces
    @Singleton
    TaskRunner runner(Tasks tasks, InstantSource clock, @All List<TaskProvider> providers) {
        return new TaskRunner(
                tasks,
                clock,
                providers.stream()
                        .flatMap(provider -> provider.handlers().stream())
                        .toList());
    }
}
