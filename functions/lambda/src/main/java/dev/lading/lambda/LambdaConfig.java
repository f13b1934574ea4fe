package dev.lading.lambda;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** What the stack tells its functions by environment variables: {@code LADING_AWS_BUCKET} and so on. */
@ConfigMapping(prefix = "lading")
public interface LambdaConfig {
    Aws aws();

    /** How long an unfinished upload may rest before it is swept. */
    @WithDefault("PT24H")
    Duration uploadExpiry();

    /** Where the data is. */
    interface Aws {
        String bucket();

        String table();

        /** Path of the password and the keys in SSM's Parameter Store, such as {@code /lading}. */
        String parameters();

        /** Another S3 than Amazon's, in tests. */
        @WithDefault("${aws.endpoint.url.s3:${aws.endpoint.url:}}")
        Optional<URI> s3Endpoint();

        @WithDefault("${aws.endpoint.url.dynamodb:${aws.endpoint.url:}}")
        Optional<URI> dynamodbEndpoint();

        @WithDefault("${aws.endpoint.url.ssm:${aws.endpoint.url:}}")
        Optional<URI> ssmEndpoint();
    }
}
