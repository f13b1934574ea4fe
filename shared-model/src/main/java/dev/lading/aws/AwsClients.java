package dev.lading.aws;

import dev.lading.metadata.DynamoMetadataStore;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
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
 * endpoint replaces Amazon's, as for an emulator. A service that does not answer fails a request while the gateway, which
 * gives up after 29 seconds, still waits for our answer.
 */
public final class AwsClients {
    static final Duration ATTEMPT = Duration.ofSeconds(5);
    static final Duration CALL = Duration.ofSeconds(20);

    /**
     * Pauses of a client of Parameter Store that is throttled. Functions that start together ask for the secrets
     * together, and 40 requests a second are taken. Source: AWS General Reference, "Systems Manager endpoints and quotas".
     */
    static final BackoffStrategy COLD_STORM =
            BackoffStrategy.exponentialDelayHalfJitter(Duration.ofMillis(250), Duration.ofSeconds(4));

    static final int COLD_STORM_ATTEMPTS = 20;

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
        S3ClientBuilder builder = with(S3Client.builder(), endpoint, AwsRetryStrategy.standardRetryStrategy())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED);
        // Emulators and other S3s have no host name for each bucket.
        return endpoint.isPresent() ? builder.forcePathStyle(true) : builder;
    }

    public static S3Presigner presigner(Optional<URI> endpoint, S3Client s3) {
        S3Presigner.Builder builder = S3Presigner.builder().s3Client(s3);
        endpoint.ifPresent(uri -> builder.endpointOverride(uri)
                .serviceConfiguration(
                        S3Configuration.builder().pathStyleAccessEnabled(true).build()));
        return builder.build();
    }

    public static DynamoDbClient dynamoDb(Optional<URI> endpoint) {
        return with(DynamoDbClient.builder(), endpoint, DynamoMetadataStore.retries())
                .build();
    }

    public static KmsClient kms(Optional<URI> endpoint) {
        return with(KmsClient.builder(), endpoint, AwsRetryStrategy.standardRetryStrategy())
                .build();
    }

    public static SchedulerClient scheduler(Optional<URI> endpoint) {
        return with(SchedulerClient.builder(), endpoint, AwsRetryStrategy.standardRetryStrategy())
                .build();
    }

    public static SqsClient sqs(Optional<URI> endpoint) {
        return with(SqsClient.builder(), endpoint, AwsRetryStrategy.standardRetryStrategy())
                .build();
    }

    public static SsmClient ssm(Optional<URI> endpoint) {
        RetryStrategy retries = AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(COLD_STORM_ATTEMPTS)
                .throttlingBackoffStrategy(COLD_STORM)
                .build();
        return with(SsmClient.builder(), endpoint, retries).build();
    }

    private static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> B with(
            B builder, Optional<URI> endpoint, RetryStrategy retries) {
        builder.httpClientBuilder(UrlConnectionHttpClient.builder());
        builder.overrideConfiguration(
                o -> o.apiCallAttemptTimeout(ATTEMPT).apiCallTimeout(CALL).retryStrategy(retries));
        endpoint.ifPresent(builder::endpointOverride);
        return builder;
    }
}
