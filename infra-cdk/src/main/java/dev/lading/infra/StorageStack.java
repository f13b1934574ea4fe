package dev.lading.infra;

import dev.lading.infra.construct.KmsSealKey;
import dev.lading.infra.construct.LadingStorage;
import dev.lading.infra.option.LadingOptions;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

/**
 * The bucket, the table and the key of sealed secrets. All other stacks can be deleted and deployed again without a
 * loss.
 */
public final class StorageStack extends Stack {
    private final LadingStorage storage;
    private final KmsSealKey key;

    public StorageStack(Construct scope, LadingOptions options) {
        super(
                scope,
                options.stackName("Storage"),
                StackProps.builder()
                        .description("Lading, a container registry: blobs and records")
                        .build());
        storage = new LadingStorage(this, "Storage", options);
        key = new KmsSealKey(this, "Seal", options);
        output("Bucket", storage.bucket().getBucketName());
        output("Table", storage.table().getTableName());
        output("Key", key.arn());
    }

    public LadingStorage storage() {
        return storage;
    }

    KmsSealKey key() {
        return key;
    }

    private void output(String name, String value) {
        CfnOutput.Builder.create(this, name).value(value).build();
    }
}
