package dev.lading.infra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.infra.construct.LadingFunction;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    void the_registry_is_woken_by_a_request_that_needs_no_record() {
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
    void every_function_with_a_snapshot_is_called_at_least_daily() {
        List<String> called = template
                .findResources(
                        "AWS::Scheduler::Schedule",
                        Match.objectLike(Map.of(
                                "Properties",
                                Match.objectLike(Map.of(
                                        "ScheduleExpression", Match.stringLikeRegexp("rate\\(1 (day|hour)\\)"))))))
                .values()
                .stream()
                .map(schedule -> reference(at(schedule, "Properties", "Target", "Arn")))
                .toList();
        List<String> aliases =
                List.copyOf(template.findResources("AWS::Lambda::Alias").keySet());
        List<String> snapshots = template
                .findResources(
                        "AWS::Lambda::Function",
                        Match.objectLike(Map.of("Properties", Match.objectLike(Map.of("SnapStart", Match.anyValue())))))
                .keySet()
                .stream()
                .toList();
        assertThat(snapshots).hasSize(5);
        assertThat(snapshots)
                .allSatisfy(function -> assertThat(aliases.stream()
                                .filter(alias ->
                                        function.startsWith(alias.substring(0, alias.indexOf("Alias")) + "Function"))
                                .toList())
                        .hasSize(1)
                        .isSubsetOf(called));
    }

    @Test
    void receives_that_are_throttled_end_no_work_and_a_dead_letter_comes_to_who_does_it() {
        template.resourcePropertiesCountIs(
                "AWS::SQS::Queue",
                Match.objectLike(Map.of(
                        "FifoQueue",
                        true,
                        "VisibilityTimeout",
                        6 * 900,
                        "RedrivePolicy",
                        Match.objectLike(Map.of("maxReceiveCount", 10)))),
                2);
        for (var queue : Map.of("Tasks", "TaskWorker", "Copies", "BlobCopier").entrySet()) {
            for (String kind : List.of("Queue", "Dead")) {
                Map<String, Map<String, Object>> mappings = template.findResources(
                        "AWS::Lambda::EventSourceMapping",
                        Match.objectLike(Map.of(
                                "Properties",
                                Match.objectLike(Map.of(
                                        "EventSourceArn",
                                        Map.of(
                                                "Fn::GetAtt",
                                                List.of(
                                                        Match.stringLikeRegexp("^" + queue.getKey() + kind),
                                                        "Arn")))))));
                assertThat(mappings).hasSize(1).allSatisfy((id, mapping) -> {
                    assertThat(id).startsWith(queue.getValue());
                    assertThat(at(mapping, "Properties", "BatchSize")).isEqualTo(1);
                    assertThat(at(mapping, "Properties", "ScalingConfig")).isNull();
                });
            }
        }
        for (String path : List.of("/pulp/{proxy+}", "/ui/{proxy+}", "/ui", "/")) {
            template.hasResourceProperties("AWS::ApiGatewayV2::Route", Map.of("RouteKey", "ANY " + path));
        }
    }

    /** Under other names an update would replace them, and what is queued would be lost. */
    @Test
    void an_update_keeps_the_queues() {
        assertThat(template.findResources("AWS::SQS::Queue").values())
                .hasSize(4)
                .allSatisfy(queue -> assertThat(queue.toString()).doesNotContain("QueueName"));
        assertThat(template.findResources("AWS::SQS::Queue"))
                .containsOnlyKeys(
                        "TasksQueue14B5121E", "TasksDeadD3E91490", "CopiesQueueE4B93658", "CopiesDead208122C8");
    }

    @Test
    void a_roomy_account_reserves_half_for_pulls_and_a_small_one_works_on_less_at_once() {
        Template roomy = Synthesis.with("accountConcurrency=1000").registry();
        roomy.resourcePropertiesCountIs(
                "AWS::Lambda::Function", Match.objectLike(Map.of("ReservedConcurrentExecutions", 500)), 1);
        roomy.hasResourceProperties(
                "AWS::Lambda::Function",
                Map.of("Description", "/v2/* and /token/", "ReservedConcurrentExecutions", 500));
        for (var each : Map.of(
                        "",
                        List.of("20", "50"),
                        "accountConcurrency=10",
                        List.of("2", "2"),
                        "tasksAtOnce=1",
                        List.of("1", "50"))
                .entrySet()) {
            Template some = each.getKey().isEmpty()
                    ? template
                    : Synthesis.with(each.getKey()).registry();
            some.resourcePropertiesCountIs(
                    "AWS::Lambda::Function",
                    Match.objectLike(Map.of("ReservedConcurrentExecutions", Match.anyValue())),
                    0);
            some.resourcePropertiesCountIs(
                    "AWS::Lambda::Function",
                    Match.objectLike(Map.of(
                            "Environment",
                            Map.of(
                                    "Variables",
                                    Match.objectLike(Map.of(
                                            "LADING_TASKS_AT_ONCE",
                                            each.getValue().getFirst(),
                                            "LADING_COPIES_AT_ONCE",
                                            each.getValue().getLast()))))),
                    3);
        }
    }

    @Test
    void mirrors_reach_public_upstreams_only_unless_told_otherwise() {
        template.resourcePropertiesCountIs(
                "AWS::Lambda::Function",
                Match.objectLike(Map.of(
                        "Environment",
                        Match.objectLike(Map.of("Variables", Match.objectLike(Map.of("LADING_UPSTREAMS", "public")))))),
                4);
    }

    @Test
    void new_names_are_private_unless_told_otherwise() {
        template.resourcePropertiesCountIs(
                "AWS::Lambda::Function",
                Match.objectLike(Map.of(
                        "Environment",
                        Match.objectLike(
                                Map.of("Variables", Match.objectLike(Map.of("LADING_PRIVATE_BY_DEFAULT", "true")))))),
                2);
    }

    @ParameterizedTest
    @CsvSource({"newNames=private, New names are private", "newNames=public, Everybody may pull from new names"})
    void a_deployment_says_who_may_pull_from_new_names(String option, String said) {
        Synthesis.with(option)
                .registry()
                .hasOutput(
                        "NewNames",
                        Map.of(
                                "Value",
                                Match.stringLikeRegexp("^" + said + ".* Names that are there keep what they are.$")));
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
    void functions_that_log_a_line_for_each_request_drop_lambdas_about_those_that_went_well() {
        Map<String, Object> levels = new TreeMap<>();
        template.findResources("AWS::Lambda::Function").forEach((id, function) -> {
            var properties = (Map<?, ?>) Objects.requireNonNull(function.get("Properties"));
            var logging = (Map<?, ?>) Objects.requireNonNull(properties.get("LoggingConfig"));
            // A line of ours has no level, and is dropped where only more than INFO is logged.
            assertThat(logging.get("ApplicationLogLevel")).isNull();
            levels.put(id.replaceAll("Function[0-9A-F]{8}$", ""), String.valueOf(logging.get("SystemLogLevel")));
        });
        assertThat(levels)
                .isEqualTo(Map.of(
                        "Registry", "WARN",
                        "Management", "WARN",
                        "TaskWorker", "null",
                        "BlobCopier", "null",
                        "Maintenance", "null"));
    }

    @Test
    void secrets_of_remotes_are_sealed_without_kms_unless_there_is_a_key() {
        assertThat(template.toJSON().toString())
                .doesNotContain("kms:", "LADING_AWS_KEY", "LADING_AWS_SEAL", "LADING_AWS_BUNDLE_KEY");
        assertThat(policies(template, "ManagementRole")).contains("seal-key");
        for (String role : List.of("TaskWorkerRole", "BlobCopierRole")) {
            assertThat(policies(template, role)).contains("seal-key");
            assertThat(Stream.of(policies(template, role).split("\\{Action="))
                            .filter(statement -> statement.contains("ssm:PutParameter")))
                    .allSatisfy(statement ->
                            assertThat(statement).contains("bundle-key").doesNotContain("seal-key"));
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "sealKeyDeployed=true, kms, kms:GenerateDataKey",
        "sealKeyDeployed=true;sealKey=parameter, parameter, ''"
    })
    void a_key_that_is_deployed_opens_whatever_seals(String options, String seal, String sealing) {
        Template deployed = Synthesis.with(options.split(";", -1)).registry();
        deployed.resourcePropertiesCountIs(
                "AWS::Lambda::Function",
                Match.objectLike(Map.of(
                        "Environment",
                        Map.of(
                                "Variables",
                                Match.objectLike(
                                        Map.of("LADING_AWS_KEY", Match.anyValue(), "LADING_AWS_SEAL", seal))))),
                4);
        for (String role : List.of("TaskWorkerRole", "BlobCopierRole", "RegistryRole")) {
            assertThat(policies(deployed, role)).contains("kms:Decrypt", "seal-key");
        }
        assertThat(policies(deployed, "ManagementRole").contains("kms:")).isEqualTo(!sealing.isEmpty());
    }

    private static String policies(Template template, String role) {
        return template.findResources("AWS::IAM::Policy").entrySet().stream()
                .filter(policy -> policy.getKey().startsWith(role))
                .map(policy -> policy.getValue().toString())
                .collect(Collectors.joining());
    }

    @Test
    void who_takes_secrets_of_remotes_in_cannot_read_them_where_kms_seals() {
        Template template = Synthesis.with("sealKey=kms").registry();
        for (var right : Map.of(
                        "ManagementRole", List.of("kms:GenerateDataKey"),
                        "RegistryRole", List.of("kms:GenerateDataKey", "kms:Decrypt"),
                        "TaskWorkerRole", List.of("kms:Decrypt"),
                        "BlobCopierRole", List.of("kms:Decrypt"))
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
                            .containsExactlyInAnyOrderElementsOf(right.getValue()));
        }
        template.resourcePropertiesCountIs(
                "AWS::Lambda::Function",
                Match.objectLike(Map.of(
                        "Environment",
                        Map.of("Variables", Match.objectLike(Map.of("LADING_AWS_KEY", Match.anyValue()))))),
                4);
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

    @Test
    void whatever_answers_knows_which_domain_is_a_mirror() {
        Synthesis.with(Everything.WITH_DOMAINS)
                .registry()
                .resourcePropertiesCountIs(
                        "AWS::Lambda::Function",
                        Match.objectLike(Map.of(
                                "Environment",
                                Map.of(
                                        "Variables",
                                        Match.objectLike(Map.of(
                                                "LADING_MIRROR_DOMAIN",
                                                "mirror.example.org",
                                                "LADING_MIRROR_DISTRIBUTION",
                                                "hub"))))),
                        2);
    }

    private static Object at(Map<String, Object> resource, String... path) {
        Object found = resource;
        for (String name : path) {
            found = ((Map<?, ?>) found).get(name);
        }
        return found;
    }

    private static String reference(Object value) {
        return String.valueOf(((Map<?, ?>) value).get("Ref"));
    }

    private String aliasOf(String function) {
        return template.findResources("AWS::Lambda::Alias").keySet().stream()
                .filter(id -> id.startsWith(function))
                .findFirst()
                .orElseThrow();
    }
}
