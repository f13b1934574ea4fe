package dev.lading.infra.construct;

import dev.lading.infra.option.LadingOptions;
import dev.lading.infra.option.OptionInvalid;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.applicationautoscaling.EnableScalingProps;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ecr.assets.Platform;
import software.amazon.awscdk.services.ecs.AssetImageProps;
import software.amazon.awscdk.services.ecs.AwsLogDriverProps;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.ContainerDefinitionOptions;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.ecs.ContainerInsights;
import software.amazon.awscdk.services.ecs.CpuArchitecture;
import software.amazon.awscdk.services.ecs.CpuUtilizationScalingProps;
import software.amazon.awscdk.services.ecs.DeploymentCircuitBreaker;
import software.amazon.awscdk.services.ecs.FargateService;
import software.amazon.awscdk.services.ecs.FargateTaskDefinition;
import software.amazon.awscdk.services.ecs.LogDriver;
import software.amazon.awscdk.services.ecs.OperatingSystemFamily;
import software.amazon.awscdk.services.ecs.PortMapping;
import software.amazon.awscdk.services.ecs.RequestCountScalingProps;
import software.amazon.awscdk.services.ecs.RuntimePlatform;
import software.amazon.awscdk.services.elasticloadbalancingv2.AddApplicationTargetsProps;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationProtocol;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationTargetGroup;
import software.amazon.awscdk.services.elasticloadbalancingv2.HealthCheck;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

/** {@code functions/server} in containers on Fargate, scaled with the load. */
public final class UploadTasks extends Construct {
    private static final int PORT = 8080;
    /**
     * Half a processor and 1 GiB: 256 MiB for Java's heap, the rest for the JVM itself and the page cache of files in
     * transit.
     */
    private static final int CPU = 512;

    private static final int MEMORY_MIB = 1024;
    private static final int BUSY_CPU_PERCENT = 60;
    private static final int BUSY_REQUESTS_A_MINUTE = 600;
    /** The longest that Fargate waits for a stop. A chunk that takes longer is sent again. */
    private static final Duration FINISH_WITHIN = Duration.seconds(120);

    private final FargateTaskDefinition task;
    private final FargateService service;
    private final ApplicationTargetGroup targets;

    public UploadTasks(
            Construct scope,
            String id,
            Vpc vpc,
            LadingOptions options,
            LadingOptions.Upload.Fargate upload,
            UploadEntrance entrance,
            List<String> command) {
        super(scope, id);
        task = task(options, command);
        Cluster cluster = Cluster.Builder.create(this, "Cluster")
                .vpc(vpc)
                .containerInsightsV2(ContainerInsights.DISABLED)
                .build();
        NagFindings.accept(
                cluster, "AwsSolutions-ECS4", "Processor, memory and requests are measured without it, at no price.");
        service = FargateService.Builder.create(this, "Service")
                .cluster(cluster)
                .taskDefinition(task)
                .desiredCount(upload.tasks())
                .assignPublicIp(true)
                .vpcSubnets(
                        SubnetSelection.builder().subnetType(SubnetType.PUBLIC).build())
                .minHealthyPercent(100)
                .maxHealthyPercent(200)
                .circuitBreaker(
                        DeploymentCircuitBreaker.builder().rollback(true).build())
                .healthCheckGracePeriod(Duration.seconds(90))
                .build();
        targets = entrance.listener()
                .addTargets(
                        "Tasks",
                        AddApplicationTargetsProps.builder()
                                .priority(1)
                                .conditions(UploadEntrance.UPLOADS)
                                .port(PORT)
                                .protocol(ApplicationProtocol.HTTP)
                                .targets(List.of(service))
                                .healthCheck(HealthCheck.builder()
                                        .path("/q/health/ready")
                                        .interval(Duration.seconds(15))
                                        .build())
                                .deregistrationDelay(FINISH_WITHIN)
                                .build());
        scale(upload);
    }

    /** Role of the containers. */
    public Role role() {
        return (Role) task.getTaskRole();
    }

    public FargateService service() {
        return service;
    }

    public ApplicationTargetGroup targets() {
        return targets;
    }

    private FargateTaskDefinition task(LadingOptions options, List<String> command) {
        Role starts = role("StartRole");
        FargateTaskDefinition definition = FargateTaskDefinition.Builder.create(this, "Task")
                .cpu(CPU)
                .memoryLimitMiB(MEMORY_MIB)
                .runtimePlatform(RuntimePlatform.builder()
                        .cpuArchitecture(CpuArchitecture.ARM64)
                        .operatingSystemFamily(OperatingSystemFamily.LINUX)
                        .build())
                .taskRole(role("Role"))
                .executionRole(starts)
                .build();
        LogGroup logs = LogGroup.Builder.create(this, "Logs")
                .retention(options.logRetention())
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
        definition.addContainer(
                "Server",
                ContainerDefinitionOptions.builder()
                        .image(image(options))
                        .command(command)
                        .portMappings(List.of(
                                PortMapping.builder().containerPort(PORT).build()))
                        .logging(LogDriver.awsLogs(AwsLogDriverProps.builder()
                                .logGroup(logs)
                                .streamPrefix("upload")
                                .build()))
                        .stopTimeout(FINISH_WITHIN)
                        .build());
        NagFindings.accept(
                starts,
                NagFindings.IAM_WILDCARD,
                "ecr:GetAuthorizationToken is of the account, and takes no resource but *.",
                "Resource::*");
        return definition;
    }

    private static ContainerImage image(LadingOptions options) {
        Path folder = options.functions().resolve("server/target/upload-service");
        if (!Files.isRegularFile(folder.resolve("Dockerfile"))) {
            throw new OptionInvalid(
                    "There is no %s/Dockerfile: `make synth` and `make deploy` make it first.".formatted(folder));
        }
        return ContainerImage.fromAsset(
                folder.toString(),
                AssetImageProps.builder().platform(Platform.LINUX_ARM64).build());
    }

    private void scale(LadingOptions.Upload.Fargate upload) {
        var count = service.autoScaleTaskCount(EnableScalingProps.builder()
                .minCapacity(upload.tasks())
                .maxCapacity(upload.maxTasks())
                .build());
        count.scaleOnCpuUtilization(
                "Cpu",
                CpuUtilizationScalingProps.builder()
                        .targetUtilizationPercent(BUSY_CPU_PERCENT)
                        .build());
        count.scaleOnRequestCount(
                "Requests",
                RequestCountScalingProps.builder()
                        .targetGroup(targets)
                        .requestsPerTarget(BUSY_REQUESTS_A_MINUTE)
                        .build());
    }

    private Role role(String id) {
        return Role.Builder.create(this, id)
                .assumedBy(new ServicePrincipal("ecs-tasks.amazonaws.com"))
                .build();
    }
}
