package dev.lading.infra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.infra.construct.LadingFunction;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.assertions.Template;

class RegistryStackTest {
    private final Template template = Synthesis.with().registry();

    @Test
    void functions_run_java_25_on_arm64_from_a_snapshot_with_traces_and_json_logs() {
        template.resourcePropertiesCountIs(
                "AWS::Lambda::Function",
                Match.objectLike(Map.of(
                        "Runtime", "java25",
                        "Architectures", List.of("arm64"),
                        "Handler", LadingFunction.HANDLER,
                        "SnapStart", Map.of("ApplyOn", "PublishedVersions"),
                        "TracingConfig", Map.of("Mode", "Active"),
                        "LoggingConfig", Match.objectLike(Map.of("LogFormat", "JSON")))),
                5);
        template.resourceCountIs("AWS::Lambda::Function", 5);
        template.resourceCountIs("AWS::Lambda::Version", 5);
        template.allResourcesProperties("AWS::Logs::LogGroup", Map.of("RetentionInDays", 30));
    }

    @Test
    void the_alias_live_names_the_published_version() {
        template.resourcePropertiesCountIs(
                "AWS::Lambda::Alias",
                Match.objectLike(Map.of(
                        "Name",
                        "live",
                        "FunctionVersion",
                        Map.of("Fn::GetAtt", List.of(Match.stringLikeRegexp("CurrentVersion"), "Version")))),
                5);
    }

    @Test
    void the_api_calls_the_alias() {
        String alias = aliasOf("Registry");
        template.hasResourceProperties(
                "AWS::ApiGatewayV2::Integration",
                Map.of("IntegrationUri", Map.of("Ref", alias), "PayloadFormatVersion", "2.0"));
        template.hasResourceProperties("AWS::ApiGatewayV2::Route", Map.of("RouteKey", "$default"));
        template.hasResourceProperties(
                "AWS::Lambda::Permission",
                Map.of("FunctionName", Map.of("Ref", alias), "Principal", "apigateway.amazonaws.com"));
    }

    @Test
    void maintenance_is_called_by_its_alias_every_hour() {
        template.hasResourceProperties(
                "AWS::Scheduler::Schedule",
                Map.of(
                        "ScheduleExpression",
                        "rate(1 hour)",
                        "Target",
                        Match.objectLike(Map.of("Arn", Map.of("Ref", aliasOf("Maintenance")), "Input", "{}"))));
    }

    @Test
    void the_registry_is_called_daily_so_that_its_snapshot_is_kept() {
        template.hasResourceProperties(
                "AWS::Scheduler::Schedule",
                Map.of(
                        "ScheduleExpression",
                        "rate(1 day)",
                        "Target",
                        Match.objectLike(Map.of(
                                "Arn",
                                Map.of("Ref", aliasOf("Registry")),
                                "Input",
                                Match.serializedJson(Match.objectLike(Map.of("rawPath", "/v2/")))))));
    }

    @Test
    void work_is_delivered_one_by_one_in_order_and_told_of_after_three_times() {
        template.hasResourceProperties(
                "AWS::SQS::Queue",
                Map.of(
                        "FifoQueue",
                        true,
                        "VisibilityTimeout",
                        960,
                        "RedrivePolicy",
                        Match.objectLike(Map.of("maxReceiveCount", 4))));
        template.resourcePropertiesCountIs(
                "AWS::Lambda::EventSourceMapping",
                Match.objectLike(
                        Map.of("BatchSize", 1, "ScalingConfig", Map.of("MaximumConcurrency", Match.anyValue()))),
                2);
        template.hasResourceProperties("AWS::ApiGatewayV2::Route", Map.of("RouteKey", "ANY /pulp/{proxy+}"));
    }

    @Test
    void mirrors_reach_public_upstreams_only_unless_told_otherwise() {
        template.resourcePropertiesCountIs(
                "AWS::Lambda::Function",
                Match.objectLike(Map.of(
                        "Environment",
                        Match.objectLike(Map.of("Variables", Match.objectLike(Map.of("LADING_UPSTREAMS", "public")))))),
                3);
    }

    @Test
    void schedules_of_syncs_are_in_a_group_and_send_to_the_queue() {
        template.hasResourceProperties("AWS::Scheduler::ScheduleGroup", Map.of("Name", "Lading-Syncs"));
        template.hasResourceProperties("AWS::SQS::Queue", Map.of("ContentBasedDeduplication", true));
        template.hasResourceProperties(
                "AWS::IAM::Role",
                Map.of(
                        "AssumeRolePolicyDocument",
                        Match.objectLike(Map.of(
                                "Statement",
                                List.of(Match.objectLike(Map.of(
                                        "Principal",
                                        Map.of("Service", "scheduler.amazonaws.com"),
                                        "Condition",
                                        Match.objectLike(Map.of(
                                                "StringEquals",
                                                Match.objectLike(Map.of("aws:SourceArn", Match.anyValue())))))))))));
        template.resourcePropertiesCountIs(
                "AWS::IAM::Policy",
                Match.objectLike(Map.of(
                        "PolicyDocument",
                        Match.objectLike(Map.of(
                                "Statement",
                                Match.arrayWith(List.of(Match.objectLike(Map.of(
                                        "Action",
                                        "iam:PassRole",
                                        "Condition",
                                        Map.of(
                                                "StringEquals",
                                                Map.of("iam:PassedToService", "scheduler.amazonaws.com")))))))))),
                2);
    }

    @Test
    void who_takes_secrets_of_remotes_in_cannot_read_them() {
        for (var right : Map.of(
                        "ManagementRole", "kms:GenerateDataKey",
                        "TaskWorkerRole", "kms:Decrypt",
                        "BlobCopierRole", "kms:Decrypt")
                .entrySet()) {
            var policies = template.findResources("AWS::IAM::Policy").entrySet().stream()
                    .filter(policy -> policy.getKey().startsWith(right.getKey()))
                    .map(policy -> policy.getValue().toString())
                    .toList();
            assertThat(policies)
                    .hasSize(1)
                    .allSatisfy(policy -> assertThat(Pattern.compile("kms:\\w+")
                                    .matcher(policy)
                                    .results()
                                    .map(MatchResult::group))
                            .containsExactly(right.getValue()));
        }
        template.resourcePropertiesCountIs(
                "AWS::Lambda::Function",
                Match.objectLike(Map.of(
                        "Environment",
                        Map.of("Variables", Match.objectLike(Map.of("LADING_AWS_KEY", Match.anyValue()))))),
                3);
    }

    @Test
    void functions_are_told_of_storage_and_secrets() {
        template.allResourcesProperties(
                "AWS::Lambda::Function",
                Map.of(
                        "Environment",
                        Map.of(
                                "Variables",
                                Match.objectLike(Map.of(
                                        "LADING_AWS_BUCKET",
                                        Match.anyValue(),
                                        "LADING_AWS_TABLE",
                                        Match.anyValue(),
                                        "LADING_AWS_PARAMETERS",
                                        "/lading",
                                        "JAVA_TOOL_OPTIONS",
                                        "-XX:+ExitOnOutOfMemoryError",
                                        "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT",
                                        "regional")))));
    }

    @Test
    void nothing_runs_while_nobody_asks() {
        for (Template each :
                List.of(template, Synthesis.with().api(), Synthesis.with().storage())) {
            assertThat(each.toJSON().toString()).doesNotContain("ProvisionedConcurrency", "AWS::EC2::");
        }
    }

    @Test
    void an_own_domain_is_what_the_registry_calls_itself() {
        Synthesis own = Synthesis.with("domainName=registry.example.org", "certificateArn=" + Certificates.ARN);
        own.registry()
                .hasResourceProperties(
                        "AWS::Lambda::Function",
                        Map.of(
                                "Environment",
                                Map.of(
                                        "Variables",
                                        Match.objectLike(
                                                Map.of("LADING_PUBLIC_URL", "https://registry.example.org")))));
    }

    private String aliasOf(String function) {
        return template.findResources("AWS::Lambda::Alias").keySet().stream()
                .filter(id -> id.startsWith(function))
                .findFirst()
                .orElseThrow();
    }
}
