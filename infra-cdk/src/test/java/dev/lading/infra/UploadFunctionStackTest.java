package dev.lading.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.assertions.Template;

class UploadFunctionStackTest {
    private static final Object NAME =
            Map.of("Fn::Join", List.of("", List.of("Lading-Uploads-", Map.of("Ref", "AWS::Region"))));

    private final Synthesis serverless = Synthesis.with(Everything.SERVERLESS);
    private final Template template = serverless.uploadFunction();

    @Test
    void off_the_stack_is_empty_and_deleted_after_its_users_let_go() {
        Synthesis off = Synthesis.with();
        assertThat(off.uploadFunction().toJSON()).doesNotContainKey("Resources");
        assertThat(off.stacks().uploadFunction().getDependencies())
                .extracting(stack -> stack.getStackName())
                .contains("Lading-Registry", "Lading-Observability");
    }

    /** In one update the new one is made, the registry sends there, and the old one goes. */
    @Test
    void containers_and_function_take_each_others_place() {
        Synthesis containers = Synthesis.with(Everything.WITH_CLOUDFRONT);
        assertThat(containers.uploadFunction().toJSON()).doesNotContainKey("Resources");
        assertThat(serverless.upload().toJSON()).doesNotContainKey("Resources");
        assertThat(serverless.stacks().upload().getDependencies())
                .contains(serverless.stacks().registry());
        assertThat(serverless.stacks().registry().getDependencies())
                .contains(serverless.stacks().uploadFunction());
    }

    @Test
    void the_registry_sends_large_layers_to_the_endpoint() {
        String environment =
                serverless.registry().findResources("AWS::Lambda::Function").toString();
        assertThat(environment)
                .containsPattern(
                        "LADING_UPLOAD_URL=\\{Fn::Join=\\[, \\[https://, \\{Fn::ImportValue=Lading-UploadFunction:"
                                + "[A-Za-z]*Endpoint[A-Za-z0-9]*DomainName");
    }

    @Test
    void the_function_serves_uploads_and_learns_where_content_is() {
        template.hasResourceProperties("AWS::Lambda::WebFunction", Map.of("FunctionName", NAME));
        template.hasResourceProperties(
                "AWS::Lambda::WebFunctionRevision",
                Map.of(
                        "FunctionName",
                        NAME,
                        "BuildConfig",
                        Map.of(
                                "RuntimeConfig",
                                Map.of("Runtime", "nodejs24.x"),
                                "CodeConfig",
                                Map.of("S3Object", Map.of("Bucket", Match.anyValue(), "Key", Match.anyValue()))),
                        "ServiceConfig",
                        Match.objectLike(Map.of(
                                "TimeoutSeconds",
                                900,
                                "MaxConcurrencyPerEnvironment",
                                8,
                                "EnvironmentVariables",
                                Map.of("SERVER_OPTIONS", Match.anyValue())))));
        assertThat(template.findResources("AWS::Lambda::WebFunctionRevision").toString())
                .contains("--parameters=/lading --public-url=")
                .contains("--s3-bucket=")
                .doesNotContain("--upload-url");
    }

    @Test
    void the_endpoint_sends_all_to_the_revision_and_grows_so_far_only() {
        template.hasResource(
                "AWS::Lambda::WebFunctionEndpoint",
                Map.of(
                        "Properties",
                        Map.of(
                                "FunctionName",
                                NAME,
                                "EndpointName",
                                "uploads",
                                "EndpointType",
                                "HomeRegion",
                                "AuthType",
                                "ApplicationManaged",
                                "RevisionWeights",
                                List.of(Map.of("RevisionId", Match.anyValue(), "Weight", 100)),
                                "ScalingConfig",
                                Map.of("MaxEnvironments", 4)),
                        "DependsOn",
                        List.of(id("AWS::Lambda::WebFunctionRevision"))));
        Synthesis.with("uploadService=serverless", "uploadMaxEnvironments=2", "uploadRequests=4")
                .uploadFunction()
                .hasResourceProperties(
                        "AWS::Lambda::WebFunctionEndpoint", Map.of("ScalingConfig", Map.of("MaxEnvironments", 2)));
    }

    @Test
    void the_code_lies_in_a_versioned_bucket_that_lambda_reads_for_this_function_alone() {
        template.hasResourceProperties(
                "AWS::S3::Bucket", Map.of("VersioningConfiguration", Map.of("Status", "Enabled")));
        template.hasResourceProperties(
                "AWS::S3::BucketPolicy",
                Map.of(
                        "PolicyDocument",
                        Match.objectLike(Map.of(
                                "Statement",
                                Match.arrayWith(List.of(Match.objectLike(Map.of(
                                        "Principal",
                                        Map.of("Service", "lambda.amazonaws.com"),
                                        "Action",
                                        List.of("s3:GetObject", "s3:GetObjectVersion"),
                                        "Condition",
                                        Match.objectLike(Map.of("ArnLike", Match.anyValue()))))))))));
        assertThat(template.findResources("AWS::S3::BucketPolicy").toString())
                .contains(":web-function/Lading-Uploads-");
    }

    @Test
    void logs_are_kept_as_long_as_others() {
        template.allResourcesProperties("AWS::Logs::LogGroup", Map.of("RetentionInDays", 30));
        template.hasResourceProperties(
                "AWS::Lambda::WebFunctionRevision",
                Map.of(
                        "ServiceConfig",
                        Match.objectLike(Map.of(
                                "TelemetryConfig",
                                Map.of("LoggingConfig", Match.objectLike(Map.of("SystemLogLevel", "WARN")))))));
    }

    @Test
    void an_alarm_rings_when_it_answers_5xx() {
        serverless
                .observability()
                .hasResourceProperties(
                        "AWS::CloudWatch::Alarm",
                        Map.of(
                                "Namespace",
                                "AWS/Lambda/Web",
                                "MetricName",
                                "HTTPResponseStatusClass5XX",
                                "Threshold",
                                5));
    }

    private String id(String type) {
        return template.findResources(type).keySet().iterator().next();
    }
}
