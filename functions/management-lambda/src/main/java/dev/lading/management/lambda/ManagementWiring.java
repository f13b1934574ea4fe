package dev.lading.management.lambda;

import dev.lading.aws.AwsClients;
import dev.lading.lambda.BundleStores;
import dev.lading.management.status.StorageFigures;
import dev.lading.operation.ExportSettings;
import dev.lading.operation.imports.ImportSettings;
import dev.lading.signing.BundleKeys;
import dev.lading.sync.copy.CopyQueue;
import dev.lading.sync.run.SyncLimits;
import dev.lading.upstream.transport.Reach;
import dev.lading.work.MessageGroups;
import dev.lading.work.SqsWorkQueue;
import dev.lading.work.WorkQueue;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Deployment settings for the management API. */
final class ManagementWiring {
    @Produces
    @Singleton
    SqsClient sqs(@ConfigProperty(name = "aws.endpoint.url") Optional<URI> endpoint) {
        return AwsClients.sqs(endpoint);
    }

    /**
     * @param url {@code LADING_AWS_QUEUE}, which delivers to the task function
     * @param atOnce {@code LADING_TASKS_AT_ONCE}
     */
    @Produces
    @Singleton
    WorkQueue queue(
            SqsClient sqs,
            @ConfigProperty(name = "lading.aws.queue") String url,
            @ConfigProperty(name = "lading.tasks-at-once") int atOnce) {
        return new SqsWorkQueue(sqs, url, new MessageGroups(atOnce));
    }

    /**
     * @param url {@code LADING_AWS_COPY_QUEUE}, which delivers to the blob copier
     * @param atOnce {@code LADING_COPIES_AT_ONCE}
     */
    @Produces
    @Singleton
    CopyQueue copies(
            SqsClient sqs,
            @ConfigProperty(name = "lading.aws.copy-queue") String url,
            @ConfigProperty(name = "lading.copies-at-once") int atOnce) {
        return new CopyQueue(new SqsWorkQueue(sqs, url, new MessageGroups(atOnce)));
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

    @Produces
    @Singleton
    StorageFigures figures() {
        return StorageFigures.UNKNOWN;
    }
}
