package dev.lading.aws;

import dev.lading.metadata.DynamoMetadataStore;
import java.net.URI;
import java.util.Optional;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/**
 * Clients of AWS, configured alike for all functions. Credentials and region come from the SDK's default chains; an
 * endpoint replaces Amazon's, as for an emulator.
 */
public final class AwsClients {
    private AwsClients() {}

    public static S3Client s3(Optional<URI> endpoint) {
        return s3Builder(endpoint).build();
    }

    /**
     * What every client of S3 is made with. By default the SDK sends parts of a multipart upload with a CRC32 that the
     * upload did not announce, and completes it without; S3 is reported to refuse that as parts that "could not be
     * found" (aws-sdk-java-v2#6518). Checksums go only where S3 requires them: our digests cover the content.
     */
    public static S3ClientBuilder s3Builder(Optional<URI> endpoint) {
        S3ClientBuilder builder = S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED);
        // Emulators and other S3s have no host name for each bucket.
        endpoint.ifPresent(uri -> builder.endpointOverride(uri).forcePathStyle(true));
        return builder;
    }

    public static S3Presigner presigner(Optional<URI> endpoint, S3Client s3) {
        S3Presigner.Builder builder = S3Presigner.builder().s3Client(s3);
        endpoint.ifPresent(uri -> builder.endpointOverride(uri)
                .serviceConfiguration(
                        S3Configuration.builder().pathStyleAccessEnabled(true).build()));
        return builder.build();
    }

    public static DynamoDbClient dynamoDb(Optional<URI> endpoint) {
        DynamoDbClientBuilder builder = DynamoDbClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(o -> o.retryStrategy(DynamoMetadataStore.retries()));
        endpoint.ifPresent(builder::endpointOverride);
        return builder.build();
    }

    public static KmsClient kms(Optional<URI> endpoint) {
        var builder = KmsClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder());
        endpoint.ifPresent(builder::endpointOverride);
        return builder.build();
    }

    public static SchedulerClient scheduler(Optional<URI> endpoint) {
        var builder = SchedulerClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder());
        endpoint.ifPresent(builder::endpointOverride);
        return builder.build();
    }

    public static SqsClient sqs(Optional<URI> endpoint) {
        var builder = SqsClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder());
        endpoint.ifPresent(builder::endpointOverride);
        return builder.build();
    }

    public static SsmClient ssm(Optional<URI> endpoint) {
        var builder = SsmClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder());
        endpoint.ifPresent(builder::endpointOverride);
        return builder.build();
    }
}
