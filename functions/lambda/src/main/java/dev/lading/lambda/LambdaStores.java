package dev.lading.lambda;

import dev.lading.audit.Acting;
import dev.lading.audit.AuditedMetadata;
import dev.lading.aws.AwsClients;
import dev.lading.blob.BlobStore;
import dev.lading.blob.S3BlobStore;
import dev.lading.blob.SpoolFolder;
import dev.lading.bundle.store.S3BundleStore;
import dev.lading.metadata.DynamoMetadataStore;
import dev.lading.metadata.MetadataStore;
import dev.lading.schedule.EventBridgeScheduler;
import dev.lading.schedule.Scheduler;
import dev.lading.secret.EitherSeal;
import dev.lading.secret.KmsSeal;
import dev.lading.secret.Seal;
import dev.lading.secret.SecretStore;
import dev.lading.secret.SsmSecretStore;
import dev.lading.secret.StoredKeySeal;
import dev.lading.signing.BundleKeys;
import dev.lading.signing.KmsBundleKeys;
import dev.lading.signing.StoredBundleKeys;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The stores of a deployment, and its scheduler. They live as long as the process, which Lambda ends without notice.
 */
final class LambdaStores {
    /** Folder on Lambda's own disk, 512 MB: more than the largest request. */
    private static final Path SPOOL = Path.of(System.getProperty("java.io.tmpdir"));

    @Produces
    @Singleton
    MetadataStore metadata(LambdaConfig config, Acting acting, InstantSource clock) {
        var dynamo = new DynamoMetadataStore(
                AwsClients.dynamoDb(config.aws().dynamodbEndpoint()),
                config.aws().table());
        return new AuditedMetadata(dynamo, acting, clock);
    }

    @Produces
    @Singleton
    BlobStore blobs(LambdaConfig config) {
        S3Client s3 = AwsClients.s3(config.aws().s3Endpoint());
        return new S3BlobStore(
                s3,
                AwsClients.presigner(config.aws().s3Endpoint(), s3),
                config.aws().bucket(),
                SpoolFolder.unlimited(SPOOL));
    }

    @Produces
    @Singleton
    BundleStores bundles(LambdaConfig config) {
        S3Client s3 = AwsClients.s3(config.aws().s3Endpoint());
        var presigner = AwsClients.presigner(config.aws().s3Endpoint(), s3);
        String bucket = config.aws().bucket();
        return new BundleStores(
                new S3BundleStore(s3, presigner, bucket, S3BundleStore.EXPORTS, true),
                new S3BundleStore(s3, presigner, bucket, S3BundleStore.IMPORTS, false));
    }

    @Produces
    @Singleton
    SecretStore secrets(LambdaConfig config) {
        return new SsmSecretStore(
                AwsClients.ssm(config.aws().ssmEndpoint()), config.aws().parameters());
    }

    /**
     * @param key {@code LADING_AWS_KEY}: a KMS key under which secrets are sealed, or were
     * @param sealing {@code LADING_AWS_SEAL}: what new secrets are sealed under where there is such a key
     */
    @Produces
    @Singleton
    Seal seal(
            SecretStore secrets,
            @ConfigProperty(name = "lading.aws.key") Optional<String> key,
            @ConfigProperty(name = "lading.aws.seal", defaultValue = "kms") Sealing sealing,
            @ConfigProperty(name = "aws.endpoint.url") Optional<URI> endpoint) {
        var stored = new StoredKeySeal(secrets);
        return key.<Seal>map(arn -> {
                    var kms = new KmsSeal(AwsClients.kms(endpoint), arn);
                    return switch (sealing) {
                        case KMS -> EitherSeal.byKms(kms, stored);
                        case PARAMETER -> EitherSeal.byStoredKey(kms, stored);
                    };
                })
                .orElse(stored);
    }

    @Produces
    @Singleton
    BundleKeys bundleKeys(
            LambdaConfig config,
            SecretStore secrets,
            @ConfigProperty(name = "aws.endpoint.url") Optional<URI> endpoint) {
        return config.aws()
                .bundleKey()
                .<BundleKeys>map(key -> new KmsBundleKeys(AwsClients.kms(endpoint), key))
                .orElseGet(() -> new StoredBundleKeys(secrets));
    }

    /** A key of KMS, or one that is kept as a parameter. */
    enum Sealing {
        KMS,
        PARAMETER
    }

    /**
     * @param group {@code LADING_AWS_SCHEDULE_GROUP}, of the functions that set schedules
     * @param queueArn {@code LADING_AWS_QUEUE_ARN}, of the task queue
     * @param roleArn {@code LADING_AWS_SCHEDULE_ROLE}
     */
    @Produces
    @Singleton
    Scheduler scheduler(
            @ConfigProperty(name = "lading.aws.schedule-group") String group,
            @ConfigProperty(name = "lading.aws.queue-arn") String queueArn,
            @ConfigProperty(name = "lading.aws.schedule-role") String roleArn,
            @ConfigProperty(name = "aws.endpoint.url") Optional<URI> endpoint) {
        return new EventBridgeScheduler(
                AwsClients.scheduler(endpoint),
                new EventBridgeScheduler.Destination(group, queueArn, roleArn),
                InstantSource.system());
    }
}
