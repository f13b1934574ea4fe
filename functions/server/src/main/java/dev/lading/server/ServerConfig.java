package dev.lading.server;

import dev.lading.upload.UploadService;
import dev.lading.upstream.transport.Reach;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Configuration of the server, from {@link ServerOptions} and the environment. */
@ConfigMapping(prefix = "lading")
interface ServerConfig {
    /** The kind of storage for records and blobs. */
    enum StorageKind {
        embedded,
        aws
    }

    /** The part of the registry that is served. */
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

    /** Whether new names are private, unless said otherwise. */
    @WithDefault("false")
    boolean privateByDefault();

    /** Requests a second of each principal; 0: any number. */
    @WithDefault("0")
    int requestsPerSecond();

    /** Uploads that a principal has open at once; 0: any number. */
    @WithDefault("" + UploadService.USUAL_OPEN)
    int openUploads();

    Optional<URI> publicUrl();

    Optional<URI> uploadUrl();

    /** Folder that exports are written below; empty: the bucket with storage on AWS, else nowhere. */
    Optional<Path> exportsFolder();

    /** Folder that importers read below; empty: the bucket with storage on AWS, else nowhere. */
    Optional<Path> importsFolder();

    /** The address shown in the ready line. */
    @WithDefault("http://127.0.0.1:5000")
    String address();

    @WithDefault("PT24H")
    Duration uploadExpiry();

    /** Whether the server warms up once it is ready. */
    @WithDefault("false")
    boolean warmUp();

    /** Interval of sweeps of expired uploads, as Quarkus's scheduler spells it. */
    @WithDefault("10m")
    String sweepEvery();

    /** Whether to start syncs by schedule on shared storage. */
    @WithDefault("false")
    boolean schedules();

    Metrics metrics();

    /** The metrics port. */
    interface Metrics {
        /** Port for metrics; empty: none. */
        OptionalInt port();

        @WithDefault("127.0.0.1")
        String host();
    }

    /** Base paths of pull-through distributions, by the port that serves one of them alone. */
    Map<Integer, String> mirrorPorts();

    Build build();

    /** Builds from Containerfiles. */
    interface Build {
        @WithDefault("false")
        boolean enabled();

        /** The user whose rights builds have; empty: the server's own, or of root's a usual one. */
        Optional<String> user();

        /** Folder of builds under way; empty: in the data folder, or of root's in /var/tmp. */
        Optional<Path> folder();

        /** The most memory that a build may have. */
        @WithDefault("4096")
        long memoryMib();

        /** The most disk that a build may have. */
        @WithDefault("10240")
        long diskMib();

        @WithDefault("1")
        int atOnce();
    }

    /** Addresses that remotes may name; empty: public ones with storage on AWS, else any. */
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

        /** The KMS key that signs bundles; empty: one among the secrets. */
        Optional<String> bundleKey();

        /** Disk for parts of uploads on their way to S3, in MiB; empty: as much as there is. */
        OptionalInt spoolMib();

        /** Endpoint of another S3 than Amazon's. */
        @WithDefault("${aws.endpoint.url.s3:${aws.endpoint.url:}}")
        Optional<URI> s3Endpoint();

        /** Endpoint of another DynamoDB than Amazon's. */
        @WithDefault("${aws.endpoint.url.dynamodb:${aws.endpoint.url:}}")
        Optional<URI> dynamodbEndpoint();

        /** Endpoint of another Systems Manager than Amazon's. */
        @WithDefault("${aws.endpoint.url.ssm:${aws.endpoint.url:}}")
        Optional<URI> ssmEndpoint();

        /** Endpoint of another KMS than Amazon's. */
        @WithDefault("${aws.endpoint.url.kms:${aws.endpoint.url:}}")
        Optional<URI> kmsEndpoint();
    }
}
