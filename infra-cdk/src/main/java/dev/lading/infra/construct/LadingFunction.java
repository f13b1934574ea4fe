package dev.lading.infra.construct;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.IPrincipal;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.CfnFunction;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.LoggingFormat;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.SnapStartConf;
import software.amazon.awscdk.services.lambda.Tracing;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

/**
 * A Quarkus function on Java 25 and arm64. Each deployment publishes a version, takes SnapStart's snapshot of it, and
 * moves the alias {@value #ALIAS} there. Callers call the alias: only published versions have a snapshot.
 */
public final class LadingFunction extends Construct implements IGrantable {
    public static final String ALIAS = "live";
    /** Handler of quarkus-amazon-lambda, which finds our own by itself. */
    public static final String HANDLER = "io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest";

    /**
     * Options of the JVM. Out of memory it exits, and the next event gets another process: one that went on might never
     * answer. Source: AWS Lambda, "Customize Java runtime startup behavior".
     */
    static final String JAVA_OPTIONS = "-XX:+ExitOnOutOfMemoryError";

    private final Role role;
    private final Function function;
    private final Alias alias;

    public LadingFunction(Construct scope, String id, FunctionSpec spec) {
        super(scope, id);
        LogGroup logs = LogGroup.Builder.create(this, "Logs")
                .retention(spec.logRetention())
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
        role = Role.Builder.create(this, "Role")
                .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                .description("Lading: " + id)
                .build();
        logs.grantWrite(role);
        function = Function.Builder.create(this, "Function")
                .description(spec.description())
                .runtime(Runtime.JAVA_25)
                .architecture(Architecture.ARM_64)
                .handler(HANDLER)
                .code(Code.fromAsset(spec.zip().toString()))
                .memorySize(spec.memoryMiB())
                .timeout(spec.timeout())
                .environment(environment(spec))
                .role(role)
                .logGroup(logs)
                .loggingFormat(LoggingFormat.JSON)
                .tracing(Tracing.ACTIVE)
                .snapStart(SnapStartConf.ON_PUBLISHED_VERSIONS)
                .build();
        Annotations.of(function)
                .acknowledgeWarning("@aws-cdk/aws-lambda:snapStartRequirePublish", "The alias publishes one.");
        alias = Alias.Builder.create(this, "Alias")
                .aliasName(ALIAS)
                .version(function.getCurrentVersion())
                // Of events: what was not done in an hour, the next schedule does.
                .maxEventAge(Duration.hours(1))
                .retryAttempts(2)
                .build();
        NagFindings.accept(
                role, NagFindings.IAM_WILDCARD, "X-Ray takes segments for no resource but *.", "Resource::*");
    }

    private static Map<String, String> environment(FunctionSpec spec) {
        Map<String, String> environment = new HashMap<>(spec.environment());
        environment.put("JAVA_TOOL_OPTIONS", JAVA_OPTIONS);
        return environment;
    }

    /** The alias that callers call. */
    public Alias alias() {
        return alias;
    }

    public Function function() {
        return function;
    }

    /** Reserves concurrency of the account for this function, which is then its limit, too. */
    public void reserve(int executions) {
        ((CfnFunction) function.getNode().getDefaultChild()).setReservedConcurrentExecutions(executions);
    }

    /**
     * Drops Lambda's lines about calls that went well, of a function that logs a line of its own for each. Calls and
     * starts that fail, and restored snapshots that do, stay logged: Lambda says those at the level of warnings.
     * Source: AWS Lambda, "Log-level filtering", "System log level event mapping".
     */
    public void logOwnLinesOnly() {
        ((CfnFunction) function.getNode().getDefaultChild())
                .addPropertyOverride("LoggingConfig.SystemLogLevel", "WARN");
    }

    /** Grants calls of the alias, and nothing else of this function. */
    public void grantInvoke(IGrantable caller) {
        caller.getGrantPrincipal()
                .addToPrincipalPolicy(PolicyStatement.Builder.create()
                        .effect(Effect.ALLOW)
                        .actions(List.of("lambda:InvokeFunction"))
                        .resources(List.of(alias.getFunctionArn()))
                        .build());
    }

    @Override
    public IPrincipal getGrantPrincipal() {
        return role;
    }
}
