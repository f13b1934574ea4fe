package dev.lading.server;

import dev.lading.upstream.transport.Reach;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Configuration of the server, as {@link ServerOptions} and the environment give it. */
@ConfigMapping(prefix = "lading")
interface ServerConfig {
    /** Where records and blobs are. */
    enum StorageKind {
        embedded,
        aws
    }

    /** What is served. */
    enum Role {
        registry,
        uploads
    }

    @WithDefault("embedded")
    StorageKind storage();

    @WithDefault("registry")
    Role role();

    @WithDefault("data")
    Path data();

    /** {@code LADING_ADMIN_PASSWORD}, at least {@value dev.lading.access.Secrets#MIN_PASSWORD_CHARACTERS} characters. */
    Optional<String> adminPassword();

    @WithDefault("false")
    boolean anonymousPush();

    Optional<URI> publicUrl();

    Optional<URI> uploadUrl();

    /** Shown in the ready line. */
    @WithDefault("http://127.0.0.1:5000")
    String address();

    @WithDefault("PT24H")
    Duration uploadExpiry();

    /** How often expired uploads are looked for, as Quarkus's scheduler spells it. */
    @WithDefault("10m")
    String sweepEvery();

    /** Whether to start syncs by schedule although others use the storage, too. */
    @WithDefault("false")
    boolean schedules();

    Metrics metrics();

    /** Where metrics are read. */
    interface Metrics {
        /** Empty: nowhere. */
        OptionalInt port();

        @WithDefault("127.0.0.1")
        String host();
    }

    /** Where remotes may lead; empty: with storage on AWS to public addresses, else anywhere. */
    Optional<Reach> upstreams();

    Aws aws();

    /** The bucket and the table. */
    interface Aws {
        @WithDefault("lading")
        String bucket();

        @WithDefault("lading")
        String table();

        @WithDefault("false")
        boolean create();

        /** Path of the secrets in SSM's Parameter Store; empty: in the data folder. */
        Optional<String> parameters();

        /** The KMS key that secrets of remotes are sealed under; empty: one among the secrets. */
        Optional<String> key();

        /** Another S3 than Amazon's. */
        @WithDefault("${aws.endpoint.url.s3:${aws.endpoint.url:}}")
        Optional<URI> s3Endpoint();

        /** Another DynamoDB than Amazon's. */
        @WithDefault("${aws.endpoint.url.dynamodb:${aws.endpoint.url:}}")
        Optional<URI> dynamodbEndpoint();

        /** Another Systems Manager than Amazon's. */
        @WithDefault("${aws.endpoint.url.ssm:${aws.endpoint.url:}}")
        Optional<URI> ssmEndpoint();

        /** Another KMS than Amazon's. */
        @WithDefault("${aws.endpoint.url.kms:${aws.endpoint.url:}}")
        Optional<URI> kmsEndpoint();
    }
}
