package dev.lading.infra;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.assertions.Match;

class ApiStackTest {
    @Test
    void the_stage_throttles_and_logs_each_request() {
        Synthesis.with("throttlingRate=50", "throttlingBurst=80")
                .api()
                .hasResourceProperties(
                        "AWS::ApiGatewayV2::Stage",
                        Map.of(
                                "StageName",
                                "$default",
                                "DefaultRouteSettings",
                                Map.of("ThrottlingRateLimit", 50, "ThrottlingBurstLimit", 80),
                                "AccessLogSettings",
                                Match.objectLike(
                                        Map.of("Format", Match.stringLikeRegexp("\"path\":\"\\$context.path\"")))));
    }

    @Test
    void an_own_domain_has_its_certificate_and_a_record_in_its_zone() {
        var template = Synthesis.with(
                        "domainName=registry.example.org",
                        "certificateArn=" + Certificates.ARN,
                        "hostedZoneId=Z0123456789",
                        "hostedZoneName=example.org")
                .api();
        template.hasResourceProperties("AWS::ApiGatewayV2::DomainName", Map.of("DomainName", "registry.example.org"));
        template.resourceCountIs("AWS::ApiGatewayV2::ApiMapping", 1);
        template.hasResourceProperties(
                "AWS::Route53::RecordSet",
                Map.of("Name", "registry.example.org.", "Type", "A", "HostedZoneId", "Z0123456789"));
        template.hasOutput("Url", Map.of("Value", "https://registry.example.org"));
    }

    @Test
    void a_mirrors_domain_is_a_further_name_of_the_same_api() {
        var template = Synthesis.with(Everything.WITH_DOMAINS).api();
        template.resourceCountIs("AWS::ApiGatewayV2::ApiMapping", 2);
        for (String name : List.of("registry.example.org", "mirror.example.org")) {
            template.hasResourceProperties("AWS::ApiGatewayV2::DomainName", Map.of("DomainName", name));
            template.hasResourceProperties(
                    "AWS::Route53::RecordSet", Map.of("Name", name + ".", "HostedZoneId", "Z0123456789"));
        }
        template.hasOutput("Url", Map.of("Value", "https://registry.example.org"));
    }
}
