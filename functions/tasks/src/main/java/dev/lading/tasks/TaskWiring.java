package dev.lading.tasks;

import dev.lading.aws.AwsClients;
import dev.lading.blob.BlobStore;
import dev.lading.lambda.BundleStores;
import dev.lading.lambda.LambdaConfig;
import dev.lading.lambda.PullThroughLog;
import dev.lading.metadata.MetadataStore;
import dev.lading.operation.ExportSettings;
import dev.lading.operation.imports.ImportSettings;
import dev.lading.remote.PullThroughCounts;
import dev.lading.remote.RemoteService;
import dev.lading.repository.RepositoryService;
import dev.lading.signing.BundleKeys;
import dev.lading.sync.copy.CopyQueue;
import dev.lading.sync.demand.DemandedCopies;
import dev.lading.sync.demand.RemoteClients;
import dev.lading.sync.run.SyncLimits;
import dev.lading.upload.UploadService;
import dev.lading.upstream.transport.Reach;
import dev.lading.work.MessageGroups;
import dev.lading.work.SqsWorkQueue;
import dev.lading.work.WorkQueue;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Deployment settings for tasks. */
final class TaskWiring {
    @Produces
    @Singleton
    UploadService uploads(
            MetadataStore metadata,
            BlobStore blobs,
            RepositoryService repositories,
            InstantSource clock,
            LambdaConfig config) {
        return new UploadService(metadata, blobs, repositories, clock, config.uploadExpiry(), true);
    }

    /**
     * @param tasks {@code LADING_AWS_QUEUE}
     * @param deadTasks {@code LADING_AWS_QUEUE_DEAD_LETTERS}
     * @param tasksAtOnce {@code LADING_TASKS_AT_ONCE}
     * @param copies {@code LADING_AWS_COPY_QUEUE}
     * @param deadCopies {@code LADING_AWS_COPY_QUEUE_DEAD_LETTERS}
     * @param copiesAtOnce {@code LADING_COPIES_AT_ONCE}
     * @param demandsAtOnce {@code LADING_DEMANDS_AT_ONCE}
     */
    @Produces
    @Singleton
    Queues queues(
            @ConfigProperty(name = "lading.aws.queue") String tasks,
            @ConfigProperty(name = "lading.aws.queue-dead-letters") String deadTasks,
            @ConfigProperty(name = "lading.tasks-at-once") int tasksAtOnce,
            @ConfigProperty(name = "lading.aws.copy-queue") String copies,
            @ConfigProperty(name = "lading.aws.copy-queue-dead-letters") String deadCopies,
            @ConfigProperty(name = "lading.copies-at-once") int copiesAtOnce,
            @ConfigProperty(name = "lading.demands-at-once") int demandsAtOnce,
            @ConfigProperty(name = "aws.endpoint.url") Optional<URI> endpoint) {
        SqsClient sqs = AwsClients.sqs(endpoint);
        return new Queues(
                new Queues.Source(new SqsWorkQueue(sqs, tasks, new MessageGroups(tasksAtOnce)), deadTasks),
                new Queues.Source(new SqsWorkQueue(sqs, copies, new MessageGroups(copiesAtOnce)), deadCopies),
                new SqsWorkQueue(sqs, copies, MessageGroups.demands(demandsAtOnce)));
    }

    @Produces
    @Singleton
    WorkQueue tasks(Queues queues) {
        return queues.tasks().queue();
    }

    @Produces
    @Singleton
    CopyQueue copies(Queues queues) {
        return new CopyQueue(queues.copies().queue());
    }

    @Produces
    @Singleton
    DemandedCopies demanded(
            MetadataStore metadata,
            UploadService uploads,
            RemoteClients clients,
            Queues queues,
            SyncLimits limits,
            InstantSource clock) {
        return new DemandedCopies(metadata, uploads, clients, queues.demands(), limits, clock);
    }

    @Produces
    @Singleton
    PullThroughLog figures(PullThroughCounts counts, RemoteService remotes, InstantSource clock) {
        return new PullThroughLog(counts, remotes, clock);
    }

    /** @param upstreams {@code LADING_UPSTREAMS}: addresses that remotes may name */
    @Produces
    @Singleton
    Reach reach(@ConfigProperty(name = "lading.upstreams", defaultValue = "public") Reach upstreams) {
        return upstreams;
    }

    /** @param publicUrl {@code LADING_PUBLIC_URL} */
    @Produces
    @Singleton
    ExportSettings exports(
            BundleKeys keys,
            BundleStores bundles,
            @ConfigProperty(name = "lading.public-url") Optional<String> publicUrl) {
        return new ExportSettings(keys, false, Optional.of(bundles.exports()), publicUrl);
    }

    @Produces
    @Singleton
    ImportSettings imports(BundleStores bundles) {
        return new ImportSettings(Optional.of(bundles.imports()));
    }

    @Produces
    @Singleton
    SyncLimits limits() {
        return SyncLimits.LAMBDA;
    }
}
