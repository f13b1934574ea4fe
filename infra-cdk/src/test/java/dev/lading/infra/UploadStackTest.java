package dev.lading.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.assertions.Template;

class UploadStackTest {
    private final Synthesis withDomain = Synthesis.with(Everything.WITH_DOMAINS);
    private final Synthesis withCloudFront = Synthesis.with(Everything.WITH_CLOUDFRONT);

    /** CDK deletes a deployed stack whose template is empty, so that switching the service off ends its cost. */
    @Test
    void off_the_stack_is_empty_and_deleted_after_its_users_let_go() {
        Synthesis off = Synthesis.with();
        assertThat(off.upload().toJSON()).doesNotContainKey("Resources");
        assertThat(off.stacks().upload().getDependencies())
                .extracting(stack -> stack.getStackName())
                .contains("Lading-Registry", "Lading-Observability");
    }

    @Test
    void a_domain_is_served_with_tls_and_nothing_listens_for_plain_http() {
        Template template = withDomain.upload();
        template.hasResourceProperties(
                "AWS::ElasticLoadBalancingV2::LoadBalancer", Map.of("Scheme", "internet-facing"));
        template.allResourcesProperties(
                "AWS::ElasticLoadBalancingV2::Listener",
                Map.of(
                        "Port",
                        443,
                        "Protocol",
                        "HTTPS",
                        "Certificates",
                        List.of(Map.of("CertificateArn", Certificates.ARN))));
        template.resourceCountIs("AWS::ElasticLoadBalancingV2::Listener", 1);
        template.resourceCountIs("AWS::CloudFront::Distribution", 0);
        template.hasResourceProperties("AWS::Route53::RecordSet", Map.of("Name", "upload.example.org."));
    }

    @Test
    void behind_cloudfront_the_internet_does_not_reach_the_load_balancer() {
        Template template = withCloudFront.upload();
        template.allResourcesProperties("AWS::ElasticLoadBalancingV2::LoadBalancer", Map.of("Scheme", "internal"));
        template.hasResourceProperties(
                "AWS::CloudFront::Distribution",
                Map.of(
                        "DistributionConfig",
                        Match.objectLike(Map.of(
                                "DefaultCacheBehavior",
                                Match.objectLike(Map.of(
                                        "ViewerProtocolPolicy",
                                        "https-only",
                                        "AllowedMethods",
                                        Match.arrayWith(List.of("PATCH"))))))));
        template.hasResourceProperties(
                "AWS::CloudFront::VpcOrigin",
                Map.of("VpcOriginEndpointConfig", Match.objectLike(Map.of("OriginProtocolPolicy", "http-only"))));
    }

    @Test
    void cloudfront_waits_for_an_answer_as_long_as_it_can() {
        withCloudFront
                .upload()
                .hasResourceProperties(
                        "AWS::CloudFront::Distribution",
                        Map.of(
                                "DistributionConfig",
                                Match.objectLike(Map.of(
                                        "Origins",
                                        List.of(Match.objectLike(Map.of(
                                                "VpcOriginConfig",
                                                Match.objectLike(Map.of("OriginReadTimeout", 120)))))))));
    }

    @Test
    void nothing_but_uploads_by_location_reaches_the_service() {
        for (Synthesis each : List.of(withDomain, withCloudFront)) {
            Template template = each.upload();
            template.allResourcesProperties(
                    "AWS::ElasticLoadBalancingV2::Listener",
                    Map.of(
                            "DefaultActions",
                            List.of(Map.of(
                                    "Type",
                                    "fixed-response",
                                    "FixedResponseConfig",
                                    Match.objectLike(
                                            Map.of("StatusCode", "404", "ContentType", "application/json"))))));
            template.resourceCountIs("AWS::ElasticLoadBalancingV2::ListenerRule", 1);
            template.hasResourceProperties(
                    "AWS::ElasticLoadBalancingV2::ListenerRule",
                    Map.of(
                            "Actions",
                            List.of(Match.objectLike(Map.of("Type", "forward"))),
                            "Conditions",
                            List.of(
                                    Map.of(
                                            "Field",
                                            "path-pattern",
                                            "PathPatternConfig",
                                            Map.of("Values", List.of("/v2/*/blobs/uploads/*"))),
                                    Map.of(
                                            "Field",
                                            "http-request-method",
                                            "HttpRequestMethodConfig",
                                            Map.of("Values", List.of("GET", "PATCH", "PUT", "DELETE"))))));
        }
    }

    @Test
    void health_is_asked_inside_the_network_and_says_up_or_down_only() {
        withDomain
                .upload()
                .hasResourceProperties(
                        "AWS::ElasticLoadBalancingV2::TargetGroup", Map.of("HealthCheckPath", "/q/health/ready"));
    }

    @Test
    void tasks_are_let_in_by_the_load_balancer_only_and_need_no_nat_gateway() {
        for (Synthesis each : List.of(withDomain, withCloudFront)) {
            Template template = each.upload();
            template.resourceCountIs("AWS::EC2::NatGateway", 0);
            template.resourceCountIs("AWS::EC2::VPCEndpoint", 2);
            template.resourceCountIs("AWS::EC2::SecurityGroupIngress", 1);
            template.hasResourceProperties(
                    "AWS::EC2::SecurityGroupIngress",
                    Map.of("FromPort", 8080, "ToPort", 8080, "SourceSecurityGroupId", Match.anyValue()));
        }
    }

    @Test
    void the_server_runs_on_arm64_with_the_storage_and_secrets_of_the_functions() {
        withDomain
                .upload()
                .hasResourceProperties(
                        "AWS::ECS::TaskDefinition",
                        Map.of(
                                "RuntimePlatform",
                                Match.objectLike(Map.of("CpuArchitecture", "ARM64")),
                                "ContainerDefinitions",
                                List.of(Match.objectLike(Map.of(
                                        "Command",
                                        Match.arrayWith(List.of(
                                                "--role=uploads",
                                                "--storage=aws",
                                                "--parameters=/lading",
                                                "--public-url=https://registry.example.org",
                                                "--upload-url=https://upload.example.org",
                                                "--trusted-proxy=10.73.0.0/16")))))));
    }

    /** Under another id, an update would replace it: uploads would have no address for minutes, or another one. */
    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "AWS::ElasticLoadBalancingV2::LoadBalancer, EntranceBalancer27823B10",
        "AWS::ElasticLoadBalancingV2::Listener, EntranceBalancerListenerBF468F0D",
        "AWS::ElasticLoadBalancingV2::TargetGroup, EntranceBalancerListenerTasksGroup847EF972",
        "AWS::ECS::Service, TasksService20FE64D1",
    })
    void an_update_keeps(String type, String id) {
        assertThat(withDomain.upload().findResources(type)).containsOnlyKeys(id);
    }

    @Test
    void the_service_grows_with_its_load() {
        Template template = withDomain.upload();
        template.hasResourceProperties(
                "AWS::ApplicationAutoScaling::ScalableTarget", Map.of("MinCapacity", 1, "MaxCapacity", 4));
        for (String metric : List.of("ECSServiceAverageCPUUtilization", "ALBRequestCountPerTarget")) {
            template.hasResourceProperties(
                    "AWS::ApplicationAutoScaling::ScalingPolicy",
                    Map.of(
                            "TargetTrackingScalingPolicyConfiguration",
                            Match.objectLike(Map.of(
                                    "PredefinedMetricSpecification",
                                    Match.objectLike(Map.of("PredefinedMetricType", metric))))));
        }
    }

    @Test
    void the_registry_sends_large_layers_there() {
        withDomain
                .registry()
                .hasResourceProperties(
                        "AWS::Lambda::Function",
                        Map.of(
                                "Environment",
                                Map.of(
                                        "Variables",
                                        Match.objectLike(Map.of("LADING_UPLOAD_URL", "https://upload.example.org")))));
        assertThat(Synthesis.with().registry().toJSON().toString()).doesNotContain("LADING_UPLOAD_URL");
    }
}
