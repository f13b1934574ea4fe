package dev.lading.lambda;

import dev.lading.upload.UploadService;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Environment variables that the stack sets for its functions: {@code LADING_AWS_BUCKET} and so on. */
@ConfigMapping(prefix = "lading")
public interface LambdaConfig {
    Aws aws();

    /** How long an unfinished upload may be idle before it is swept. */
    @WithDefault("PT24H")
    Duration uploadExpiry();

    /** Uploads that a principal has open at once; 0: any number. */
    @WithDefault("" + UploadService.USUAL_OPEN)
    int openUploads();

    /** The bucket, the table and the secrets. */
    interface Aws {
        String bucket();

        String table();

        /** Path of the password and the keys in SSM's Parameter Store, such as {@code /lading}. */
        String parameters();

        /** The KMS key that signs bundles, of functions that export; empty: one among the parameters. */
        Optional<String> bundleKey();

        /** Endpoint of another S3 than Amazon's, in tests. */
        @WithDefault("${aws.endpoint.url.s3:${aws.endpoint.url:}}")
        Optional<URI> s3Endpoint();

        @WithDefault("${aws.endpoint.url.dynamodb:${aws.endpoint.url:}}")
        Optional<URI> dynamodbEndpoint();

        @WithDefault("${aws.endpoint.url.ssm:${aws.endpoint.url:}}")
        Optional<URI> ssmEndpoint();
    }
}
