package dev.lading.infra;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.aws_apigatewayv2_integrations.HttpLambdaIntegration;
import software.amazon.awscdk.services.apigatewayv2.HttpRoute;
import software.amazon.awscdk.services.apigatewayv2.HttpRouteKey;
import software.constructs.Construct;

/** What answers at the API, and what runs by the clock. */
public final class RegistryStack extends Stack {
    /** The HTTP API waits for 30 seconds: an answer after that reaches nobody. */
    private static final Duration API_TIMEOUT = Duration.seconds(29);

    /** Lambda's limit. A sweep that is ended goes on an hour later. */
    private static final Duration SWEEP_TIMEOUT = Duration.minutes(15);

    private static final String NOTHING = "{}";

    /** {@code GET /v2/}. Source: "Working with AWS Lambda proxy integrations for HTTP APIs", payload 2.0. */
    private static final String GET = """
            {"version":"2.0","routeKey":"$default","rawPath":"/v2/","rawQueryString":"","isBase64Encoded":false,\
            "headers":{"host":"wake.invalid"},"requestContext":{"requestId":"wake","stage":"$default",\
            "http":{"method":"GET","path":"/v2/","protocol":"HTTP/1.1","sourceIp":"127.0.0.1"}}}""";

    private final LadingOptions options;
    private final LadingStorage storage;
    private final SecretParameters secrets;
    private final LadingFunction registry;
    private final LadingFunction maintenance;

    /** @param uploadUrl where large layers go, if the upload service is on */
    public RegistryStack(
            Construct scope, LadingOptions options, LadingStorage storage, ApiStack api, Optional<String> uploadUrl) {
        super(
                scope,
                options.stackName("Registry"),
                StackProps.builder()
                        .description("Lading, a container registry: the functions")
                        .build());
        this.options = options;
        this.storage = storage;
        this.secrets = new SecretParameters(options.parameters());

        Map<String, String> urls = new HashMap<>();
        uploadUrl.ifPresent(url -> urls.put("LADING_UPLOAD_URL", url));
        options.domain().ifPresent(domain -> urls.put("LADING_PUBLIC_URL", api.url()));
        registry = function(
                "Registry",
                "/v2/* and /token/",
                "registry-lambda",
                options.memory().registryMiB(),
                API_TIMEOUT,
                urls);
        answer(api, registry);

        maintenance = function(
                "Maintenance",
                "Sweeps uploads that expired",
                "maintenance",
                options.memory().maintenanceMiB(),
                SWEEP_TIMEOUT,
                Map.of());
        new Schedule(this, "MaintenanceSchedule", "rate(1 hour)", maintenance, NOTHING);
        // SnapStart forgets a version that nobody called for 14 days, and calls to it fail until it is made ready
        // again.
        new Schedule(this, "RegistryWake", "rate(1 day)", registry, GET);

        // For the dashboard and the alarms, which may be switched off: see ApiStack.
        functions().forEach(function -> exportValue(function.function().getFunctionName()));
        CfnOutput.Builder.create(this, "AdminPassword")
                .description("The parameter that holds the password of the user admin")
                .value(secrets.adminPassword())
                .build();
    }

    public List<LadingFunction> functions() {
        return List.of(registry, maintenance);
    }

    private LadingFunction function(
            String id, String description, String module, int memoryMiB, Duration timeout, Map<String, String> own) {
        Map<String, String> environment = new HashMap<>(own);
        environment.putAll(storage.environment());
        environment.putAll(secrets.environment());
        var zip = options.functions().resolve(module).resolve("target/function.zip");
        var function = new LadingFunction(
                this, id, new FunctionSpec(description, zip, memoryMiB, timeout, environment, options.logRetention()));
        storage.grantReadWrite(function);
        secrets.grantReadAndCreate(this, function);
        return function;
    }

    private void answer(ApiStack api, LadingFunction function) {
        HttpRoute route = HttpRoute.Builder.create(this, "Route")
                .httpApi(api.api())
                .routeKey(HttpRouteKey.DEFAULT)
                .integration(new HttpLambdaIntegration("Integration", function.alias()))
                .build();
        Findings.accept(
                route,
                "AwsSolutions-APIG4",
                "The registry checks tokens itself, as the distribution API wants; anybody may pull.");
    }
}
