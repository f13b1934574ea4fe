package dev.lading.registry.lambda;

import dev.lading.aws.AwsClients;
import dev.lading.content.BlobFetcher;
import dev.lading.content.ManifestService;
import dev.lading.content.ThroughManifests;
import dev.lading.distribution.PullThroughService;
import dev.lading.lambda.http.RequestAtHand;
import dev.lading.metadata.MetadataStore;
import dev.lading.remote.PullThroughCounts;
import dev.lading.remote.RemoteService;
import dev.lading.repository.RepositoryService;
import dev.lading.sync.demand.PulledThrough;
import dev.lading.sync.demand.QueuedBlobs;
import dev.lading.sync.demand.RemoteClients;
import dev.lading.sync.demand.ThroughNames;
import dev.lading.upload.UploadService;
import dev.lading.upstream.http.WaitBudget;
import dev.lading.upstream.transport.Reach;
import dev.lading.work.MessageGroups;
import dev.lading.work.SqsWorkQueue;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Deployment settings for pulls of what is not here yet. */
final class PullThroughWiring {
    /** @param upstreams {@code LADING_UPSTREAMS}: addresses that remotes may name */
    @Produces
    @Singleton
    RemoteClients clients(
            RemoteService remotes,
            PullThroughCounts counts,
            @ConfigProperty(name = "lading.upstreams", defaultValue = "public") Reach upstreams) {
        // What the upstream asks to wait is no longer than a client is held.
        return new RemoteClients(remotes, WaitBudget.of(RequestAtHand.HELD), upstreams, counts);
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
            RequestAtHand atHand,
            InstantSource clock) {
        return new PulledThrough(
                metadata,
                repositories,
                manifests,
                throughs,
                new ThroughNames(repositories, remotes),
                clients,
                new PulledThrough.Patience(PulledThrough.HELD, atHand::left),
                clock);
    }

    /**
     * @param url {@code LADING_AWS_COPY_QUEUE}, which delivers to the blob copier
     * @param atOnce {@code LADING_DEMANDS_AT_ONCE}
     */
    @Produces
    @Singleton
    BlobFetcher fetcher(
            MetadataStore metadata,
            UploadService uploads,
            RemoteClients clients,
            @ConfigProperty(name = "lading.aws.copy-queue") String url,
            @ConfigProperty(name = "lading.demands-at-once") int atOnce,
            @ConfigProperty(name = "aws.endpoint.url") Optional<URI> endpoint,
            RequestAtHand atHand,
            InstantSource clock) {
        var queue = new SqsWorkQueue(AwsClients.sqs(endpoint), url, MessageGroups.demands(atOnce));
        return new QueuedBlobs(metadata, uploads, clients, queue, QueuedBlobs.FITS, atHand::left, clock);
    }
}
