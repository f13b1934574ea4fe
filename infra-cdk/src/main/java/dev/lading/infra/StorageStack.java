package dev.lading.infra;

import dev.lading.infra.construct.KmsSealKey;
import dev.lading.infra.construct.LadingStorage;
import dev.lading.infra.option.LadingOptions;
import java.util.Optional;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

/**
 * The bucket, the table, and the KMS key of sealed secrets, if one is used. All other stacks can be deleted and deployed again without a
 * loss.
 */
public final class StorageStack extends Stack {
    /** Output with the ARN of the KMS key, if there is one. */
    public static final String KEY = "Key";

    private final LadingStorage storage;
    private final Optional<KmsSealKey> key;

    public StorageStack(Construct scope, LadingOptions options) {
        super(
                scope,
                options.stackName("Storage"),
                StackProps.builder()
                        .description("Lading, a container registry: blobs and records")
                        .build());
        storage = new LadingStorage(this, "Storage", options);
        key = options.sealKey().kms() ? Optional.of(new KmsSealKey(this, "Seal", options)) : Optional.empty();
        output("Bucket", storage.bucket().getBucketName());
        output("Table", storage.table().getTableName());
        key.ifPresent(sealKey -> output(KEY, sealKey.arn()));
    }

    public LadingStorage storage() {
        return storage;
    }

    Optional<KmsSealKey> key() {
        return key;
    }

    private void output(String name, String value) {
        CfnOutput.Builder.create(this, name).value(value).build();
    }
}
