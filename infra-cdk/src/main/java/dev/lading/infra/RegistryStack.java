package dev.lading.infra;

import dev.lading.infra.construct.FifoQueue;
import dev.lading.infra.construct.FunctionSpec;
import dev.lading.infra.construct.KmsBundleKey;
import dev.lading.infra.construct.LadingFunction;
import dev.lading.infra.construct.LadingStorage;
import dev.lading.infra.construct.NagFindings;
import dev.lading.infra.construct.Schedule;
import dev.lading.infra.construct.SecretParameters;
import dev.lading.infra.construct.SyncSchedules;
import dev.lading.infra.option.LadingOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.aws_apigatewayv2_integrations.HttpLambdaIntegration;
import software.amazon.awscdk.services.apigatewayv2.HttpMethod;
import software.amazon.awscdk.services.apigatewayv2.HttpRoute;
import software.amazon.awscdk.services.apigatewayv2.HttpRouteKey;
import software.constructs.Construct;

/** The functions behind the API and those that run by a schedule. */
public final class RegistryStack extends Stack {
    /** Longest run of an API function: the HTTP API waits for 30 seconds, and a later answer reaches no client. */
    private static final Duration API_TIMEOUT = Duration.seconds(29);

    /** Lambda's limit. A sweep that is ended resumes an hour later; a task is delivered again. */
    private static final Duration LONGEST = Duration.minutes(15);

    private static final String NOTHING = "{}";
    private static final String DAILY = "{\"daily\":true}";

    /**
     * A GET event as the API would send it. Source: "Working with AWS Lambda proxy integrations for HTTP APIs", payload
     * 2.0.
     */
    private static final String GET = """
            {"version":"2.0","routeKey":"$default","rawPath":"%1$s","rawQueryString":"","isBase64Encoded":false,\
            "headers":{"host":"wake.invalid"},"requestContext":{"requestId":"wake","stage":"$default",\
            "http":{"method":"GET","path":"%1$s","protocol":"HTTP/1.1","sourceIp":"127.0.0.1"}}}""";

    private final LadingOptions options;
    private final LadingStorage storage;
    private final SecretParameters secrets;
    private final LadingFunction registry;
    private final LadingFunction management;
    private final LadingFunction tasks;
    private final LadingFunction maintenance;
    private final LadingFunction copier;
    private final FifoQueue queue;
    private final FifoQueue copies;

    /** @param uploadUrl where clients send large layers, if the upload service is on */
    public RegistryStack(
            Construct scope, LadingOptions options, StorageStack storage, ApiStack api, Optional<String> uploadUrl) {
        super(
                scope,
                options.stackName("Registry"),
                StackProps.builder()
                        .description("Lading, a container registry: the functions")
                        .build());
        this.options = options;
        this.storage = storage.storage();
        this.secrets = new SecretParameters(options.parameters());

        Map<String, String> names = joined(
                Map.of("LADING_PRIVATE_BY_DEFAULT", String.valueOf(!options.publicByDefault())),
                variable(
                        "LADING_MIRROR_DOMAIN",
                        options.mirror().map(mirror -> mirror.domain().name())),
                variable("LADING_MIRROR_DISTRIBUTION", options.mirror().map(LadingOptions.Mirror::basePath)));
        Map<String, String> publicUrl =
                variable("LADING_PUBLIC_URL", options.domain().map(domain -> api.url()));
        queue = new FifoQueue(this, "Tasks", LONGEST);
        copies = new FifoQueue(this, "Copies", LONGEST);
        Map<String, String> upstreams = joined(
                storage.key()
                        .map(key -> key.environment(options.sealKey().seals()))
                        .orElse(Map.of()),
                Map.of(
                        "LADING_UPSTREAMS",
                        options.upstreams(),
                        "LADING_DEMANDS_AT_ONCE",
                        String.valueOf(options.concurrency().demandsAtOnce())),
                copies.environment("LADING_AWS_COPY_QUEUE"));
        registry = function(
                "Registry",
                "/v2/* and /token/",
                "registry-lambda",
                options.memory().registryMiB(),
                API_TIMEOUT,
                joined(names, publicUrl, variable("LADING_UPLOAD_URL", uploadUrl), upstreams));
        registry.logOwnLinesOnly();
        this.storage.grantReadWrite(registry);
        secrets.grantLogins(this, registry);
        // A pull of what is not here logs in to its upstream, and makes the remote that a sync does it with.
        grantSeal(storage, registry);
        grantOpen(storage, registry);
        copies.grantSend(registry);
        options.concurrency().reservedPulls().ifPresent(registry::reserve);
        answer(api, "Route", HttpRouteKey.DEFAULT, new HttpLambdaIntegration("Integration", registry.alias()));

        var schedules = new SyncSchedules(this, "Syncs", options, queue);
        Map<String, String> work = joined(
                upstreams,
                queue.environment("LADING_AWS_QUEUE"),
                Map.of(
                        "LADING_TASKS_AT_ONCE",
                                String.valueOf(options.concurrency().tasksAtOnce()),
                        "LADING_COPIES_AT_ONCE",
                                String.valueOf(options.concurrency().copiesAtOnce())),
                schedules.environment());
        Optional<KmsBundleKey> bundleKey = options.bundleKey().map(KmsBundleKey::new);
        Map<String, String> signing = bundleKey.map(KmsBundleKey::environment).orElse(Map.of());
        management = function(
                "Management",
                "/pulp/api/v3/*",
                "management-lambda",
                options.memory().registryMiB(),
                API_TIMEOUT,
                joined(names, publicUrl, work, signing));
        management.logOwnLinesOnly();
        answer(
                api,
                management,
                Map.of(
                        "ManagementRoute", "/pulp/{proxy+}",
                        "ConsoleRoute", "/ui/{proxy+}",
                        "ConsoleFolderRoute", "/ui",
                        "RootRoute", "/"));
        this.storage.grantReadWrite(management);
        secrets.grantLogins(this, management);
        queue.grantSend(management);
        grantSeal(storage, management);
        bundleKey.ifPresentOrElse(key -> key.grantShow(management), () -> secrets.grantSigning(this, management));
        this.storage.grantReadBundles(management);
        schedules.grantManage(management);
        tasks = function(
                "TaskWorker",
                "Does the tasks that the management API starts, and plans syncs",
                "tasks",
                options.memory().registryMiB(),
                LONGEST,
                joined(publicUrl, work, signing));
        this.storage.grantReadWrite(tasks);
        this.storage.grantBundles(tasks);
        bundleKey.ifPresentOrElse(key -> key.grantSign(tasks), () -> secrets.grantSigning(this, tasks));
        this.storage.grantList(tasks);
        this.storage.grantSweptParts(tasks);
        grantOpen(storage, tasks);
        schedules.grantManage(tasks);
        queue.deliverTo(tasks);
        queue.grantSend(tasks);
        copies.grantSend(tasks);

        copier = function(
                "BlobCopier",
                "Copies blobs from upstreams",
                "tasks",
                options.memory().registryMiB(),
                LONGEST,
                joined(work, Map.of("QUARKUS_LAMBDA_HANDLER", "copies")));
        this.storage.grantCopy(copier);
        grantOpen(storage, copier);
        copies.deliverTo(copier);
        copies.grantSend(copier);
        queue.grantSend(copier);
        new Schedule(this, "DailyTasks", "rate(1 day)", tasks, DAILY);

        maintenance = function(
                "Maintenance",
                "Sweeps uploads that expired",
                "maintenance",
                options.memory().maintenanceMiB(),
                LONGEST,
                Map.of());
        this.storage.grantSweep(maintenance);
        this.storage.grantSweptParts(maintenance);
        new Schedule(this, "MaintenanceSchedule", "rate(1 hour)", maintenance, NOTHING);
        // SnapStart drops the snapshot of a version that was not called for 14 days, and calls to it fail until it is
        // made again.
        new Schedule(this, "RegistryWake", "rate(1 day)", registry, GET.formatted("/v2/"));
        new Schedule(this, "ManagementWake", "rate(1 day)", management, GET.formatted("/pulp/api/v3/livez/"));
        new Schedule(this, "BlobCopierWake", "rate(1 day)", copier, NOTHING);

        // For the dashboard and the alarms, which may be switched off: see ApiStack.
        functions().forEach(function -> exportValue(function.function().getFunctionName()));
        for (FifoQueue each : List.of(queue, copies)) {
            exportValue(each.queue().getQueueName());
            exportValue(each.dead().getQueueName());
        }
        CfnOutput.Builder.create(this, "AdminPassword")
                .description("The parameter that holds the password of the user admin")
                .value(secrets.adminPassword())
                .build();
        CfnOutput.Builder.create(this, "NewNames")
                .description("Who may pull from a name that is new")
                .value(options.newNames())
                .build();
    }

    public List<LadingFunction> functions() {
        return List.of(registry, management, tasks, copier, maintenance);
    }

    FifoQueue tasks() {
        return queue;
    }

    FifoQueue copies() {
        return copies;
    }

    private void grantSeal(StorageStack storage, LadingFunction function) {
        if (options.sealKey().seals()) {
            storage.key().ifPresent(key -> key.grantSeal(function));
            // To compare with what was sealed before there was the KMS key.
            secrets.grantOpen(this, function);
        } else {
            secrets.grantSeal(this, function);
        }
    }

    /** Opens what either key sealed. */
    private void grantOpen(StorageStack storage, LadingFunction function) {
        secrets.grantOpen(this, function);
        storage.key().ifPresent(key -> key.grantOpen(function));
    }

    private LadingFunction function(
            String id, String description, String module, int memoryMiB, Duration timeout, Map<String, String> own) {
        var zip = options.functions().resolve(module).resolve("target/function.zip");
        return new LadingFunction(
                this,
                id,
                new FunctionSpec(
                        description,
                        zip,
                        memoryMiB,
                        timeout,
                        joined(own, storage.environment(), secrets.environment()),
                        options.logRetention()));
    }

    private static Map<String, String> variable(String name, Optional<String> value) {
        return value.map(given -> Map.of(name, given)).orElse(Map.of());
    }

    @SafeVarargs
    private static Map<String, String> joined(Map<String, String>... environments) {
        Map<String, String> all = new HashMap<>();
        for (Map<String, String> environment : environments) {
            all.putAll(environment);
        }
        return Map.copyOf(all);
    }

    /** @param paths by their routes' ids */
    private void answer(ApiStack api, LadingFunction function, Map<String, String> paths) {
        // One for all of them: each integration costs a permission of its own.
        var integration = new HttpLambdaIntegration("Integration", function.alias());
        new TreeMap<>(paths)
                .forEach((id, path) -> answer(api, id, HttpRouteKey.with(path, HttpMethod.ANY), integration));
    }

    private void answer(ApiStack api, String id, HttpRouteKey key, HttpLambdaIntegration integration) {
        HttpRoute route = HttpRoute.Builder.create(this, id)
                .httpApi(api.api())
                .routeKey(key)
                .integration(integration)
                .build();
        NagFindings.accept(
                route,
                "AwsSolutions-APIG4",
                "The functions check passwords and tokens themselves, as docker and Pulp want; anybody may pull.");
    }
}
