package dev.lading.operation;

import dev.lading.content.BlobFetcher;
import dev.lading.content.ContentService;
import dev.lading.content.ListedBlobs;
import dev.lading.content.ManifestService;
import dev.lading.content.ThroughManifests;
import dev.lading.curation.CurationService;
import dev.lading.distribution.PullThroughService;
import dev.lading.grant.RightsService;
import dev.lading.metadata.MetadataStore;
import dev.lading.remote.PullThroughCounts;
import dev.lading.remote.RemoteService;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import dev.lading.sync.BlobCopier;
import dev.lading.sync.SyncTask;
import dev.lading.sync.copy.CopyQueue;
import dev.lading.sync.copy.Upstreams;
import dev.lading.sync.demand.DemandedBlobs;
import dev.lading.sync.demand.PulledThrough;
import dev.lading.sync.demand.RemoteClients;
import dev.lading.sync.demand.ThroughNames;
import dev.lading.sync.plan.Linking;
import dev.lading.sync.plan.Planner;
import dev.lading.sync.run.SyncLimits;
import dev.lading.sync.run.SyncRuns;
import dev.lading.task.TaskRunner;
import dev.lading.task.Tasks;
import dev.lading.upload.UploadService;
import dev.lading.upstream.http.WaitBudget;
import dev.lading.upstream.transport.Reach;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;

/** Constructs what syncs need, over what a deployment provides: a queue for blobs, and the limits of one step. */
final class SyncServices {
    /** The longest wait that an upstream may ask for while a client waits for the answer. */
    private static final Duration CLIENTS_WAIT = Duration.ofSeconds(30);

    @Produces
    @Singleton
    SyncRuns runs(MetadataStore metadata, InstantSource clock, Tasks tasks) {
        return new SyncRuns(metadata, clock, tasks);
    }

    @Produces
    @Singleton
    Upstreams upstreams(RemoteService remotes, Tasks tasks, SyncLimits limits, Reach reach) {
        return new Upstreams(remotes, tasks, WaitBudget.of(limits.patience()), reach);
    }

    void close(@Disposes Upstreams upstreams) {
        upstreams.close();
    }

    @Produces
    @Singleton
    RemoteClients clients(RemoteService remotes, Reach reach, PullThroughCounts counts) {
        return new RemoteClients(remotes, WaitBudget.of(CLIENTS_WAIT), reach, counts);
    }

    void close(@Disposes RemoteClients clients) {
        clients.close();
    }

    @Produces
    @Singleton
    ThroughManifests through(
            MetadataStore metadata,
            RepositoryService repositories,
            ManifestService manifests,
            PullThroughService throughs,
            RemoteService remotes,
            RemoteClients clients,
            InstantSource clock) {
        return new PulledThrough(
                metadata,
                repositories,
                manifests,
                throughs,
                new ThroughNames(repositories, remotes),
                clients,
                PulledThrough.SERVER,
                clock);
    }

    void close(@Disposes ThroughManifests through) {
        if (through instanceof PulledThrough pulled) {
            pulled.close();
        }
    }

    @Produces
    @Singleton
    BlobFetcher fetcher(ListedBlobs listed, UploadService uploads, RemoteClients clients, InstantSource clock) {
        return new DemandedBlobs(listed, uploads, clients, clock);
    }

    void close(@Disposes BlobFetcher fetcher) {
        if (fetcher instanceof DemandedBlobs demanded) {
            demanded.close();
        }
    }

    @Produces
    @Singleton
    Linking linking(
            ContentService content, RepositoryService repositories, RemoteService remotes, RightsService rights) {
        return new Linking(content, repositories, remotes, rights);
    }

    @Produces
    @Singleton
    Planner planner(
            MetadataStore metadata,
            RepositoryService repositories,
            VersionService versions,
            ManifestService manifests,
            ContentService content,
            UploadService uploads,
            SyncRuns runs,
            Upstreams upstreams,
            CopyQueue copies,
            Linking linking,
            SyncLimits limits,
            InstantSource clock) {
        return new Planner(
                metadata,
                repositories,
                versions,
                manifests,
                content,
                uploads,
                runs,
                upstreams,
                copies,
                linking,
                limits,
                clock);
    }

    @Produces
    @Singleton
    SyncTask task(
            MetadataStore metadata,
            RepositoryService repositories,
            RemoteService remotes,
            CurationService curation,
            Planner planner,
            SyncRuns runs,
            Upstreams upstreams,
            Tasks tasks) {
        return new SyncTask(
                metadata,
                repositories,
                remotes,
                curation,
                planner,
                runs,
                upstreams,
                tasks,
                (repository, version) -> new VersionHref(repository, version).toString());
    }

    @Produces
    @Singleton
    BlobCopier copier(
            MetadataStore metadata,
            UploadService uploads,
            SyncRuns runs,
            Upstreams upstreams,
            Tasks tasks,
            TaskRunner runner,
            CopyQueue copies,
            Linking linking,
            SyncLimits limits,
            InstantSource clock) {
        return new BlobCopier(metadata, uploads, runs, upstreams, tasks, runner, copies, linking, limits, clock);
    }
}
