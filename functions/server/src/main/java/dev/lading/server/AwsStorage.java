package dev.lading.server;

import dev.lading.access.TokenKeys;
import dev.lading.blob.S3BlobStore;
import dev.lading.embedded.DataFolder;
import dev.lading.metadata.DynamoMetadataStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** S3 and DynamoDB, with credentials and region found where every AWS tool finds them. */
final class AwsStorage {
    private AwsStorage() {}

    static Storage open(
            ServerConfig.Aws config, DataFolder folder, TokenKeys keys, String password, Optional<String> newPassword)
            throws IOException {
        try {
            S3Client s3 = s3(config);
            S3Presigner presigner = presigner(config, s3);
            DynamoDbClient dynamo = dynamo(config);
            var metadata = new DynamoMetadataStore(dynamo, config.table());
            if (config.create()) {
                createBucket(s3, config.bucket());
                metadata.createIfAbsent(dynamo);
            }
            s3.headBucket(r -> r.bucket(config.bucket()));
            dynamo.describeTable(r -> r.tableName(config.table()));
            var blobs = new S3BlobStore(s3, presigner, config.bucket(), emptySpool(folder));
            return new Storage(
                    metadata, blobs, keys, password, newPassword, false, List.of(presigner, s3, dynamo, folder));
        } catch (SdkException e) {
            throw new StartFailure(
                    "cannot use bucket '" + config.bucket() + "' and table '" + config.table() + "': " + e.getMessage()
                            + ". Check the names, AWS_REGION and the credentials; --create-storage makes what is missing",
                    e);
        }
    }

    private static S3Client s3(ServerConfig.Aws config) {
        S3ClientBuilder builder = S3Client.builder().httpClientBuilder(UrlConnectionHttpClient.builder());
        // Emulators and other S3s have no host name for each bucket.
        config.s3Endpoint()
                .ifPresent(endpoint -> builder.endpointOverride(endpoint).forcePathStyle(true));
        return builder.build();
    }

    private static S3Presigner presigner(ServerConfig.Aws config, S3Client s3) {
        S3Presigner.Builder builder = S3Presigner.builder().s3Client(s3);
        config.s3Endpoint()
                .ifPresent(endpoint -> builder.endpointOverride(endpoint)
                        .serviceConfiguration(S3Configuration.builder()
                                .pathStyleAccessEnabled(true)
                                .build()));
        return builder.build();
    }

    private static DynamoDbClient dynamo(ServerConfig.Aws config) {
        DynamoDbClientBuilder builder = DynamoDbClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(o -> o.retryStrategy(DynamoMetadataStore.retries()));
        config.dynamodbEndpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    private static void createBucket(S3Client s3, String bucket) {
        try {
            s3.createBucket(r -> r.bucket(bucket));
        } catch (BucketAlreadyOwnedByYouException exists) {
            // Made before.
        }
    }

    /** What a killed process was gathering is of no use to anybody: the upload's record knows nothing of it. */
    private static Path emptySpool(DataFolder folder) throws IOException {
        Path spool = Files.createDirectories(folder.root().resolve("spool"));
        try (Stream<Path> left = Files.list(spool)) {
            for (Path file : left.toList()) {
                Files.delete(file);
            }
        }
        return spool;
    }
}
