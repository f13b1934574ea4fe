package dev.lading.server;

import dev.lading.aws.AwsClients;
import dev.lading.blob.S3BlobStore;
import dev.lading.blob.SpoolFolder;
import dev.lading.bundle.store.S3BundleStore;
import dev.lading.embedded.DataFolder;
import dev.lading.embedded.FileSecretStore;
import dev.lading.embedded.OwnerOnly;
import dev.lading.history.PullPath;
import dev.lading.metadata.DynamoMetadataStore;
import dev.lading.oci.RepositoryName;
import dev.lading.random.Randomness;
import dev.lading.secret.EitherSeal;
import dev.lading.secret.KmsSeal;
import dev.lading.secret.Seal;
import dev.lading.secret.SecretStore;
import dev.lading.secret.SsmSecretStore;
import dev.lading.secret.StoredKeySeal;
import dev.lading.signing.BundleKeys;
import dev.lading.signing.KmsBundleKeys;
import dev.lading.signing.StoredBundleKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.ssm.SsmClient;

/**
 * Opens and checks S3 and DynamoDB, and secrets in SSM's Parameter Store where so configured, else in the folder.
 * Secrets of remotes are sealed under a KMS key where one is configured, else under one of these secrets; so are bundles
 * signed.
 */
final class AwsStorage {
    private static final int FORBIDDEN = 403;

    /** A name looked up to check that the table exists and may be read. */
    private static final RepositoryName NOBODYS = new RepositoryName("lading-start");

    private static final String INSTANCE = "instance";

    private AwsStorage() {}

    static Storage open(ServerConfig.Aws config, DataFolder folder) throws IOException {
        List<AutoCloseable> closeables = new ArrayList<>();
        try {
            S3Client s3 = AwsClients.s3(config.s3Endpoint());
            S3Presigner presigner = AwsClients.presigner(config.s3Endpoint(), s3);
            DynamoDbClient dynamo = AwsClients.dynamoDb(config.dynamodbEndpoint());
            var metadata = new DynamoMetadataStore(dynamo, config.table());
            if (config.create()) {
                createBucket(s3, config.bucket());
                metadata.createIfAbsent(dynamo);
            }
            requireBucket(s3, config.bucket());
            metadata.get(PullPath.TABLE, PullPath.key(NOBODYS));
            closeables.addAll(List.of(presigner, s3, dynamo));
            SecretStore secrets = config.parameters()
                    .<SecretStore>map(prefix -> {
                        SsmClient ssm = AwsClients.ssm(config.ssmEndpoint());
                        closeables.add(ssm);
                        return new SsmSecretStore(ssm, prefix);
                    })
                    .orElseGet(() -> new FileSecretStore(folder.secrets()));
            var stored = new StoredKeySeal(secrets);
            Seal seal = config.key()
                    .<Seal>map(key -> EitherSeal.byKms(new KmsSeal(kms(config, closeables), key), stored))
                    .orElse(stored);
            BundleKeys bundleKeys = config.bundleKey()
                    .<BundleKeys>map(key -> new KmsBundleKeys(kms(config, closeables), key))
                    .orElseGet(() -> new StoredBundleKeys(secrets));
            closeables.add(folder);
            var blobs = new S3BlobStore(s3, presigner, config.bucket(), spool(config, folder));
            var exports = new S3BundleStore(s3, presigner, config.bucket(), S3BundleStore.EXPORTS, false);
            var imports = new S3BundleStore(s3, presigner, config.bucket(), S3BundleStore.IMPORTS, false);
            return new Storage(
                    metadata,
                    blobs,
                    Optional.of(exports),
                    Optional.of(imports),
                    secrets,
                    seal,
                    bundleKeys,
                    instance(folder),
                    false,
                    closeables);
        } catch (SdkException e) {
            throw new StartFailure(
                    "cannot use bucket '" + config.bucket() + "' and table '" + config.table() + "': " + e.getMessage()
                            + ". Check the names, AWS_REGION and the credentials; --create-storage makes what is missing",
                    e);
        }
    }

    private static KmsClient kms(ServerConfig.Aws config, List<AutoCloseable> closeables) {
        KmsClient kms = AwsClients.kms(config.kmsEndpoint());
        closeables.add(kms);
        return kms;
    }

    /**
     * Checks the bucket. A role that may not list it, such as the upload service's, gets 403 and can use it
     * nevertheless.
     */
    private static void requireBucket(S3Client s3, String bucket) {
        try {
            s3.headBucket(r -> r.bucket(bucket));
        } catch (S3Exception e) {
            if (e.statusCode() != FORBIDDEN) {
                throw e;
            }
        }
    }

    /** The server's id, created when the data folder is first used. */
    private static String instance(DataFolder folder) {
        var store = new FileSecretStore(folder.secrets());
        store.putIfAbsent(INSTANCE, Randomness.uuid().toString());
        return Objects.requireNonNull(store.get(List.of(INSTANCE)).get(INSTANCE));
    }

    private static void createBucket(S3Client s3, String bucket) {
        try {
            s3.createBucket(r -> r.bucket(bucket));
        } catch (BucketAlreadyOwnedByYouException exists) {
            // Created before.
        }
    }

    private static SpoolFolder spool(ServerConfig.Aws config, DataFolder folder) throws IOException {
        Path spool = emptySpool(folder);
        if (config.spoolMib().isEmpty()) {
            return SpoolFolder.unlimited(spool);
        }
        try {
            return SpoolFolder.limited(spool, config.spoolMib().getAsInt());
        } catch (IllegalArgumentException e) {
            throw new StartFailure("--spool-mib: " + e.getMessage(), e);
        }
    }

    /** The spool folder without files of a killed process, which no upload's record refers to. */
    private static Path emptySpool(DataFolder folder) throws IOException {
        Path spool = OwnerOnly.folder(folder.root().resolve("spool"));
        try (Stream<Path> left = Files.list(spool)) {
            for (Path file : left.toList()) {
                Files.delete(file);
            }
        }
        return spool;
    }
}
