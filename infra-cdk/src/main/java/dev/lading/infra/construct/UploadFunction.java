package dev.lading.infra.construct;

import dev.lading.infra.option.LadingOptions;
import dev.lading.infra.option.OptionInvalid;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnResource;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.amazon.awscdk.services.s3.deployment.BucketDeployment;
import software.amazon.awscdk.services.s3.deployment.Source;
import software.constructs.Construct;
import software.constructs.IConstruct;

/**
 * {@code functions/server} as a Lambda Web Function, started by {@code upload-function/index.js}. Its three resources are
 * spelled here and nowhere else, since this CDK has no constructs of them. Source: CloudFormation Template Reference,
 * {@code AWS::Lambda::WebFunction}, {@code …Revision} and {@code …Endpoint}.
 */
public final class UploadFunction extends Construct {
    /** The first of its types, which a region has or has not. */
    public static final String FUNCTION = "AWS::Lambda::WebFunction";

    /** Lambda's longest. A layer that takes longer is sent again, or refused. */
    private static final int TIMEOUT_SECONDS = 900;

    private static final String ENDPOINT = "uploads";

    private final String name;
    private final Role role;
    private final CfnResource endpoint;

    /** @param serverOptions of the server's command line, beside those that {@code index.js} gives; without spaces */
    public UploadFunction(
            Construct scope,
            String id,
            LadingOptions options,
            LadingOptions.Upload.Serverless upload,
            List<String> serverOptions) {
        super(scope, id);
        Stack stack = Stack.of(this);
        // Among all regions of an account a name is used once.
        name = "%s-Uploads-%s".formatted(options.stackName(), stack.getRegion());
        role = Role.Builder.create(this, "Role")
                .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                .description("Lading: uploads")
                .build();
        LogGroup logs = logs(options, "Logs", "");
        // Lambda's second group, of what this region served alone.
        logs(options, "LocalLogs", ".local");
        Bucket code = codeBucket(stack);
        BucketDeployment deployed = deploy(options, code);

        CfnResource function = resource("Function", FUNCTION, Map.of("FunctionName", name));
        CfnResource revision = resource(
                "Revision",
                "AWS::Lambda::WebFunctionRevision",
                Map.of(
                        "FunctionName",
                        name,
                        "BuildConfig",
                        Map.of(
                                "CodeConfig",
                                Map.of(
                                        "S3Object",
                                        Map.of(
                                                "Bucket",
                                                code.getBucketName(),
                                                "Key",
                                                Fn.select(0, deployed.getObjectKeys()))),
                                "RuntimeConfig",
                                Map.of("Runtime", "nodejs24.x")),
                        "ServiceConfig",
                        Map.of(
                                "ExecutionRoleArn",
                                role.getRoleArn(),
                                "TimeoutSeconds",
                                TIMEOUT_SECONDS,
                                "MaxConcurrencyPerEnvironment",
                                upload.requests(),
                                "EnvironmentVariables",
                                Map.of("SERVER_OPTIONS", String.join(" ", serverOptions)),
                                "TelemetryConfig",
                                Map.of(
                                        "LoggingConfig",
                                        Map.of("LogGroup", logs.getLogGroupName(), "SystemLogLevel", "WARN")))));
        endpoint = resource(
                "Endpoint",
                "AWS::Lambda::WebFunctionEndpoint",
                Map.of(
                        "FunctionName",
                        name,
                        "EndpointName",
                        ENDPOINT,
                        "EndpointType",
                        "HomeRegion",
                        // Whoever has an upload's location may write to it, and to nothing else: the server checks.
                        "AuthType",
                        "ApplicationManaged",
                        "RevisionWeights",
                        List.of(Map.of("RevisionId", revision.getAtt("RevisionId"), "Weight", 100)),
                        "ScalingConfig",
                        Map.of("MaxEnvironments", upload.maxEnvironments())));
        // Its name refers to nothing, so that the order must be said; without rights or code it would start in vain.
        revision.getNode().addDependency(function, role, deployed);
        endpoint.getNode().addDependency(revision);
    }

    /** Role of the environments. */
    public Role role() {
        return role;
    }

    /** Where clients send large layers, without a slash at its end. */
    public String url() {
        return "https://" + endpoint.getAtt("DomainName");
    }

    /**
     * Dimensions of its metrics. A guess but for the first, which AWS's page names: Lambda Developer Guide, "Using
     * CloudWatch metrics with Lambda Web Functions".
     */
    public Map<String, String> dimensions() {
        return Map.of("FunctionName", name, "EndpointName", ENDPOINT);
    }

    private CfnResource resource(String id, String type, Map<String, Object> properties) {
        CfnResource resource = CfnResource.Builder.create(this, id)
                .type(type)
                .properties(properties)
                .build();
        NagFindings.acceptNewType(resource);
        return resource;
    }

    private LogGroup logs(LadingOptions options, String id, String suffix) {
        LogGroup logs = LogGroup.Builder.create(this, id)
                .logGroupName("/aws/lambda/web/" + name + suffix)
                .retention(options.logRetention())
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
        logs.grantWrite(role);
        return logs;
    }

    /** Lambda takes code of a versioned bucket that lets it read, which CDK's own does not. */
    private Bucket codeBucket(Stack stack) {
        Bucket code = Bucket.Builder.create(this, "CodeBucket")
                .encryption(BucketEncryption.S3_MANAGED)
                .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
                .enforceSsl(true)
                .versioned(true)
                .lifecycleRules(List.of(LifecycleRule.builder()
                        .noncurrentVersionExpiration(Duration.days(1))
                        .build()))
                .removalPolicy(RemovalPolicy.DESTROY)
                .autoDeleteObjects(true)
                .build();
        code.addToResourcePolicy(PolicyStatement.Builder.create()
                .effect(Effect.ALLOW)
                .principals(List.of(new ServicePrincipal("lambda.amazonaws.com")))
                .actions(List.of("s3:GetObject", "s3:GetObjectVersion"))
                .resources(List.of(code.arnForObjects("*")))
                .conditions(Map.of(
                        "StringEquals",
                        Map.of("aws:SourceAccount", stack.getAccount()),
                        "ArnLike",
                        Map.of(
                                "aws:SourceArn",
                                "arn:%s:lambda:%s:%s:web-function/%s/*"
                                        .formatted(stack.getPartition(), stack.getRegion(), stack.getAccount(), name))))
                .build());
        NagFindings.accept(code, "AwsSolutions-S1", "It holds public code, read by Lambda alone.");
        return code;
    }

    /** Each code under a key of its own, by a function of CDK's that runs when the stack is deployed. */
    private BucketDeployment deploy(LadingOptions options, Bucket code) {
        Path zip = options.functions().resolve("server/target/upload-function.zip");
        if (!Files.isRegularFile(zip)) {
            throw new OptionInvalid(
                    "There is no %s: `make upload-function` makes it, as `make deploy` does first.".formatted(zip));
        }
        BucketDeployment deployed = BucketDeployment.Builder.create(this, "Code")
                .sources(List.of(Source.asset(zip.toString())))
                .destinationBucket(code)
                .extract(false)
                .prune(false)
                .memoryLimit(1024)
                .logGroup(LogGroup.Builder.create(this, "DeploymentLogs")
                        .retention(options.logRetention())
                        .removalPolicy(RemovalPolicy.DESTROY)
                        .build())
                .build();
        for (IConstruct each : Stack.of(this).getNode().getChildren()) {
            if (each.getNode().getId().startsWith("Custom::CDKBucketDeployment")) {
                for (String rule : List.of("AwsSolutions-L1", "AwsSolutions-IAM4", NagFindings.IAM_WILDCARD)) {
                    NagFindings.accept(each, rule, "CDK's own function, which nobody but CloudFormation calls.");
                }
            }
        }
        return deployed;
    }
}
