package dev.lading.server;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that go with storage on AWS. */
final class AwsOptions {
    @Option(names = "--s3-bucket", defaultValue = "lading", description = "With aws: the bucket (${DEFAULT-VALUE}).")
    private String bucket;

    @Option(
            names = "--dynamodb-table",
            defaultValue = "lading",
            description = "With aws: the table (${DEFAULT-VALUE}).")
    private String table;

    @Option(
            names = "--parameters",
            paramLabel = "<path>",
            description =
                    "With aws: path of the password and the keys in SSM's Parameter Store, such as /lading (none: "
                            + "they are kept in --data).")
    private @Nullable String parameters;

    @Option(
            names = "--kms-key",
            paramLabel = "<id>",
            description =
                    "With aws: the KMS key that secrets of remotes are sealed under, its ARN or alias (none: a key kept "
                            + "with the password).")
    private @Nullable String kmsKey;

    @Option(
            names = "--bundle-key",
            paramLabel = "<id>",
            description =
                    "With aws: the KMS key that signs bundles, of the spec ECC_NIST_P256 for SIGN_VERIFY, its ARN or alias"
                            + " (none: a key kept with the password).")
    private @Nullable String bundleKey;

    @Option(
            names = "--schedules",
            description =
                    "With aws: start syncs by schedule. Not beside a deployment, which does so itself; of several "
                            + "servers one is enough, and more do no harm.")
    private boolean schedules;

    @Option(
            names = "--create-storage",
            description = "With aws: make the bucket and the table where they are missing, as on an emulator.")
    private boolean createStorage;

    @Option(
            names = "--spool-mib",
            paramLabel = "<number>",
            description =
                    "With aws: disk below --data that uploads may take on their way to S3, in MiB, of which one under way"
                            + " needs 33; those that find no room are answered 503 (as much as there is).")
    private @Nullable Integer spoolMib;

    boolean signsBundles() {
        return bundleKey != null;
    }

    /** The configuration that they are. */
    Map<String, Object> values() {
        Map<String, Object> values = new HashMap<>();
        values.put("lading.aws.bucket", bucket);
        values.put("lading.aws.table", table);
        if (parameters != null) {
            values.put("lading.aws.parameters", parameters);
        }
        if (kmsKey != null) {
            values.put("lading.aws.key", kmsKey);
        }
        if (bundleKey != null) {
            values.put("lading.aws.bundle-key", bundleKey);
        }
        if (spoolMib != null) {
            values.put("lading.aws.spool-mib", spoolMib);
        }
        values.put("lading.schedules", schedules);
        values.put("lading.aws.create", createStorage);
        return values;
    }
}
