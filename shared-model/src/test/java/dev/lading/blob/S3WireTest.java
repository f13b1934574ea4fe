package dev.lading.blob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.aws.AwsClients;
import dev.lading.testing.Bytes;
import dev.lading.testing.RecordedS3;
import dev.lading.testing.RecordedS3.Sent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.RequestOverrideConfiguration;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** What S3 is sent. No emulator refuses the mixture of checksums that it is reported to refuse. */
class S3WireTest {
    private static final int MIB = 1024 * 1024;

    private final RecordedS3 wire = new RecordedS3();

    private S3ClientBuilder builder() {
        return AwsClients.s3Builder(Optional.empty())
                .httpClientBuilder(null)
                .httpClient(wire)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")));
    }

    @TempDir
    private Path spool;

    private S3BlobStore store(S3Client s3) {
        var presigner = S3Presigner.builder().s3Client(s3).region(Region.US_EAST_1);
        return new S3BlobStore(s3, presigner.build(), "bucket", SpoolFolder.unlimited(spool));
    }

    @Test
    void parts_go_as_they_are_and_no_checksum_is_announced_sent_or_completed() throws IOException {
        byte[] blob = Bytes.random(20 * MIB);
        try (BlobWriter writer = store(builder().build()).write(BlobKey.random(), Written.NOTHING)) {
            writer.write(blob, 0, 16 * MIB);
            writer.write(blob, 16 * MIB, 4 * MIB);
            writer.commit();
        }
        assertThat(wire.sent())
                .extracting(Sent::what)
                .containsExactly(
                        "POST ?uploads",
                        "PUT ?partNumber=1&uploadId=u",
                        "PUT ?partNumber=2&uploadId=u",
                        "POST ?uploadId=u",
                        "POST ?delete");
        List<Sent> upload = wire.sent().subList(0, 4);
        requireOnlyIfAbsent(upload.get(3));
        assertThat(upload).allSatisfy(S3WireTest::hasNoChecksum);
        assertThat(Arrays.equals(bodies(upload.subList(1, 3)), blob)).isTrue();
        assertThat(upload.get(3).body().asUtf8String())
                .containsSubsequence("<ETag>", "etag-2", "<PartNumber>1", "<ETag>", "etag-3", "<PartNumber>2")
                .doesNotContain("Checksum");
    }

    @Test
    void a_small_blob_and_a_tail_go_as_they_are_too() throws IOException {
        byte[] blob = Bytes.random(1000);
        try (BlobWriter writer = store(builder().build()).write(BlobKey.random(), Written.NOTHING)) {
            writer.write(blob, 0, blob.length);
            writer.flush();
        }
        assertThat(wire.sent()).hasSize(1).allSatisfy(S3WireTest::hasNoChecksum);
        assertThat(Arrays.equals(bodies(wire.sent()), blob)).isTrue();
    }

    @Test
    void a_small_blob_is_one_request_which_overwrites_nothing() throws IOException {
        try (BlobWriter writer = store(builder().build()).write(BlobKey.random(), Written.NOTHING)) {
            writer.write(Bytes.random(1000), 0, 1000);
            writer.commit();
        }
        assertThat(wire.sent()).hasSize(1).allSatisfy(S3WireTest::requireOnlyIfAbsent);
    }

    private static void requireOnlyIfAbsent(Sent sent) {
        assertThat(sent.request().firstMatchingHeader("If-None-Match")).hasValue("*");
    }

    @Test
    void parts_have_the_time_of_a_slow_line_and_a_completion_has_minutes() throws IOException {
        Map<String, Duration> attempts = new HashMap<>();
        S3Client watched = builder()
                .overrideConfiguration(o -> o.addExecutionInterceptor(new ExecutionInterceptor() {
                    @Override
                    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
                        context.request()
                                .overrideConfiguration()
                                .flatMap(RequestOverrideConfiguration::apiCallAttemptTimeout)
                                .ifPresent(timeout -> attempts.put(
                                        context.request().getClass().getSimpleName(), timeout));
                    }
                }))
                .build();
        try (BlobWriter writer = store(watched).write(BlobKey.random(), Written.NOTHING)) {
            writer.write(Bytes.random(16 * MIB), 0, 16 * MIB);
            writer.write(new byte[1], 0, 1);
            writer.flush();
            writer.commit();
        }
        assertThat(attempts.keySet())
                .containsExactlyInAnyOrder("UploadPartRequest", "PutObjectRequest", "CompleteMultipartUploadRequest");
        assertThat(attempts.get("PutObjectRequest")).isLessThan(Duration.ofSeconds(29));
        assertThat(attempts.get("CompleteMultipartUploadRequest")).isGreaterThan(Duration.ofMinutes(1));
    }

    private static void hasNoChecksum(Sent sent) {
        assertThat(sent.names())
                .noneMatch(name -> name.contains("checksum"))
                .doesNotContain("x-amz-trailer", "content-encoding", "x-amz-decoded-content-length");
        assertThat(sent.request().firstMatchingHeader("x-amz-content-sha256"))
                .hasValueSatisfying(hash -> assertThat(hash).doesNotContain("STREAMING"));
        assertThat(sent.request().firstMatchingHeader("Content-Length"))
                .hasValue(String.valueOf(sent.body().asByteArray().length));
    }

    private static byte[] bodies(List<Sent> sent) {
        var all = new ByteArrayOutputStream();
        sent.forEach(each -> all.writeBytes(each.body().asByteArray()));
        return all.toByteArray();
    }
}
