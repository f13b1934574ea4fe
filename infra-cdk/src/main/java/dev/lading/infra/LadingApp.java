package dev.lading.infra;

import dev.lading.infra.account.AccountLimit;
import dev.lading.infra.account.DeployedStorage;
import dev.lading.infra.account.WebFunctions;
import dev.lading.infra.option.Concurrency;
import dev.lading.infra.option.LadingOptions;
import dev.lading.infra.option.OptionInvalid;
import dev.lading.infra.option.SealOption;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.lambda.LambdaClient;

/**
 * The CDK app, run in the folder of cdk.json. An invalid option ends it with one sentence and status 1. It asks nobody
 * for anything, unless {@value #DEPLOYING} is set: then it looks at the account that is deployed to.
 */
public final class LadingApp {
    private static final String DEPLOYING = "LADING_DEPLOYING";

    private LadingApp() {}

    public static void main(String[] args) {
        try {
            var app = new App();
            Map<String, Object> context = context(app);
            LadingOptions options = LadingOptions.parse(context);
            if (System.getenv(DEPLOYING) != null) {
                context = withDeployed(context, options);
                options = LadingOptions.parse(context);
            }
            if (System.getenv(DEPLOYING) != null
                    && options.concurrency().account().isEmpty()) {
                options = LadingOptions.parse(withAccount(context, options.parameters()));
            }
            if (System.getenv(DEPLOYING) != null && options.serverlessUploads().isPresent()) {
                requireWebFunctions();
            }
            options.concurrency().decision().ifPresent(System.err::println);
            options.sealKey().decision().ifPresent(System.err::println);
            LadingStacks.in(app, options);
            app.synth();
        } catch (OptionInvalid e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static Map<String, Object> withDeployed(Map<String, Object> context, LadingOptions options) {
        if (!String.valueOf(context.getOrDefault(SealOption.DEPLOYED, "")).isBlank()) {
            return context;
        }
        Map<String, Object> known = new HashMap<>(context);
        try (CloudFormationClient stacks = CloudFormationClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            known.put(SealOption.DEPLOYED, new DeployedStorage(stacks).hasKey(options.stackName("Storage")));
        }
        return known;
    }

    private static void requireWebFunctions() {
        try (CloudFormationClient types = CloudFormationClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            new WebFunctions(types).require();
        }
    }

    private static Map<String, Object> withAccount(Map<String, Object> context, String parameters) {
        Map<String, Object> known = new HashMap<>(context);
        try (LambdaClient lambda = LambdaClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            known.put(Concurrency.ACCOUNT, new AccountLimit(lambda).concurrency(parameters));
        }
        return known;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> context(App app) {
        return (Map<String, Object>) app.getNode().getAllContext();
    }
}
