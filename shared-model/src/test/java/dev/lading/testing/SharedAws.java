package dev.lading.testing;

import dev.lading.blob.S3BlobStore;
import dev.lading.blob.SpoolFolder;
import dev.lading.metadata.DynamoMetadataStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** One {@link LocalAws} for all tests of this JVM, with stores that share nothing with each other. */
public final class SharedAws {
    private static final LocalAws AWS = start();
    private static final DynamoDbClient DYNAMO = AWS.dynamoClient();
    private static final S3Client S3 = AWS.s3Client();
    private static final S3Presigner PRESIGNER = AWS.presigner();

    private SharedAws() {}

    /** A store on a table of its own. */
    public static DynamoMetadataStore newMetadataStore() {
        return metadataStoreOf(List.of());
    }

    /** A store on a table of its own, which holds {@code items}. */
    public static DynamoMetadataStore metadataStoreOf(List<Map<String, AttributeValue>> items) {
        String table = "lading-" + UUID.randomUUID();
        var store = new DynamoMetadataStore(DYNAMO, table);
        store.createIfAbsent(DYNAMO);
        items.forEach(item -> DYNAMO.putItem(put -> put.tableName(table).item(item)));
        return store;
    }

    /** A store on a table of its own, with a wrapped client of DynamoDB. */
    public static DynamoMetadataStore newMetadataStore(UnaryOperator<DynamoDbClient> through) {
        String table = "lading-" + UUID.randomUUID();
        new DynamoMetadataStore(DYNAMO, table).createIfAbsent(DYNAMO);
        return new DynamoMetadataStore(through.apply(DYNAMO), table);
    }

    public static String newBucket() {
        String bucket = "lading-" + UUID.randomUUID();
        S3.createBucket(r -> r.bucket(bucket));
        return bucket;
    }

    public static S3BlobStore blobStore(String bucket, Path spoolFolder) {
        return blobStore(bucket, SpoolFolder.unlimited(spoolFolder));
    }

    public static S3BlobStore blobStore(String bucket, SpoolFolder spoolFolder) {
        return new S3BlobStore(S3, PRESIGNER, bucket, spoolFolder);
    }

    public static S3Client s3() {
        return S3;
    }

    public static S3Presigner presigner() {
        return PRESIGNER;
    }

    private static LocalAws start() {
        try {
            Path folder = Files.createTempDirectory("lading-s3-");
            LocalAws aws = LocalAws.start(folder);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> Folders.delete(folder)));
            return aws;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException("the emulators do not start", e);
        }
    }
}
