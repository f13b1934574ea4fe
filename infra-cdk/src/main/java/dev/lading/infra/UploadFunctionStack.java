package dev.lading.infra;

import dev.lading.infra.construct.LadingStorage;
import dev.lading.infra.construct.NagFindings;
import dev.lading.infra.construct.SecretParameters;
import dev.lading.infra.construct.UploadFunction;
import dev.lading.infra.option.LadingOptions;
import java.util.List;
import java.util.Optional;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

/**
 * The upload service where no server is kept running. A stack of its own, so that an update from {@link UploadStack}
 * makes the new one before it takes the old one away. Switched off, it has no resources.
 */
public final class UploadFunctionStack extends Stack {
    private final Optional<UploadFunction> function;

    public UploadFunctionStack(Construct scope, LadingOptions options, LadingStorage storage, ApiStack api) {
        super(
                scope,
                options.stackName("UploadFunction"),
                StackProps.builder()
                        .description("Lading, a container registry: the upload service as a function")
                        .build());
        function = options.serverlessUploads().map(upload -> function(options, upload, storage, api));
        if (function.isEmpty()) {
            NagFindings.acceptEmpty(this);
        }
    }

    /** Where clients send large layers, without a slash at its end, if this is on. */
    public Optional<String> url() {
        return function.map(UploadFunction::url);
    }

    public Optional<UploadFunction> function() {
        return function;
    }

    private UploadFunction function(
            LadingOptions options, LadingOptions.Upload.Serverless upload, LadingStorage storage, ApiStack api) {
        var secrets = new SecretParameters(options.parameters());
        // Its own address it learns from nobody: the endpoint is made after it.
        var made = new UploadFunction(
                this,
                "Uploads",
                options,
                upload,
                List.of(
                        "--s3-bucket=" + storage.bucket().getBucketName(),
                        "--dynamodb-table=" + storage.table().getTableName(),
                        "--parameters=" + secrets.path(),
                        "--public-url=" + api.url()));
        storage.grantReadWrite(made.role());
        storage.grantSweptParts(made.role());
        secrets.grantUploads(this, made.role());
        CfnOutput.Builder.create(this, "UploadUrl")
                .description("Where large layers go")
                .value(made.url())
                .build();
        return made;
    }
}
