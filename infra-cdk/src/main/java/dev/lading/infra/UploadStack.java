package dev.lading.infra;

import dev.lading.infra.construct.LadingStorage;
import dev.lading.infra.construct.NagFindings;
import dev.lading.infra.construct.SecretParameters;
import dev.lading.infra.construct.UploadEntrance;
import dev.lading.infra.construct.UploadNetwork;
import dev.lading.infra.construct.UploadTasks;
import dev.lading.infra.option.LadingOptions;
import java.util.List;
import java.util.Optional;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

/**
 * The upload service in containers, for layers that API Gateway and Lambda are too small for. Switched off, this stack has no
 * resources: CDK then deletes what was deployed of it.
 */
public final class UploadStack extends Stack {
    /** The parts of the service that are monitored. */
    public record Service(UploadEntrance entrance, UploadTasks tasks) {}

    private final Optional<Service> service;

    public UploadStack(Construct scope, LadingOptions options, LadingStorage storage, ApiStack api) {
        super(
                scope,
                options.stackName("Upload"),
                StackProps.builder()
                        .description("Lading, a container registry: the upload service")
                        .build());
        service = options.fargateUploads().map(upload -> service(options, upload, storage, api));
        if (service.isEmpty()) {
            NagFindings.acceptEmpty(this);
        }
    }

    /** Where clients send large layers, without a slash at its end, if the service is on. */
    public Optional<String> url() {
        return service.map(s -> s.entrance().url());
    }

    public Optional<Service> service() {
        return service;
    }

    private Service service(
            LadingOptions options, LadingOptions.Upload.Fargate upload, LadingStorage storage, ApiStack api) {
        var secrets = new SecretParameters(options.parameters());
        var vpc = new UploadNetwork(this, "Network").vpc();
        var entrance = new UploadEntrance(this, "Entrance", vpc, options, upload.address());
        var tasks = new UploadTasks(
                this,
                "Tasks",
                vpc,
                options,
                upload,
                entrance,
                List.of(
                        "--role=uploads",
                        "--host=0.0.0.0",
                        "--port=8080",
                        "--storage=aws",
                        "--s3-bucket=" + storage.bucket().getBucketName(),
                        "--dynamodb-table=" + storage.table().getTableName(),
                        "--parameters=" + secrets.path(),
                        "--public-url=" + api.url(),
                        "--upload-url=" + entrance.url(),
                        "--trusted-proxy=" + UploadNetwork.CIDR));
        storage.grantReadWrite(tasks.role());
        storage.grantSweptParts(tasks.role());
        secrets.grantUploads(this, tasks.role());
        // For the dashboard and the alarms, which may be switched off: see ApiStack.
        exportValue(entrance.balancer().getLoadBalancerFullName());
        exportValue(entrance.listener().getListenerArn());
        exportValue(tasks.targets().getTargetGroupFullName());
        exportValue(tasks.service().getServiceName());
        exportValue(tasks.service().getCluster().getClusterName());
        CfnOutput.Builder.create(this, "UploadUrl")
                .description("Where large layers go")
                .value(entrance.url())
                .build();
        return new Service(entrance, tasks);
    }
}
