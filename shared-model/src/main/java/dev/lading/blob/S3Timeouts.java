package dev.lading.blob;

import java.time.Duration;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;

/** Timeouts of requests to S3 that may rightly take longer than those of its client. */
public final class S3Timeouts {
    private static final Duration ANSWER = Duration.ofSeconds(5);
    /** The slowest line that is reckoned with: the server may be anywhere. A function's own timeout ends it before. */
    private static final long BYTES_A_SECOND = 128L * 1024;

    private static final int ATTEMPTS = 3;

    /** Source: Amazon S3 API, CompleteMultipartUpload: it "could take several minutes". */
    private static final Duration COMPLETION = Duration.ofMinutes(5);

    private S3Timeouts() {}

    public static AwsRequestOverrideConfiguration sending(long bytes) {
        return attempt(ANSWER.plusSeconds(bytes / BYTES_A_SECOND));
    }

    public static AwsRequestOverrideConfiguration completing() {
        return attempt(COMPLETION);
    }

    private static AwsRequestOverrideConfiguration attempt(Duration timeout) {
        return AwsRequestOverrideConfiguration.builder()
                .apiCallAttemptTimeout(timeout)
                .apiCallTimeout(timeout.multipliedBy(ATTEMPTS))
                .build();
    }
}
