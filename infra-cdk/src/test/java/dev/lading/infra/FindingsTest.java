package dev.lading.infra;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;

/** cdk-nag has no findings, whatever is switched on; a finding is an error, and fails the synth. */
class FindingsTest {
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"defaults", "trial", "with domains", "with CloudFront", "serverless", "with a KMS key"})
    void cdk_nag_finds_nothing(String what) {
        Synthesis synthesis = switch (what) {
            case "trial" -> Synthesis.with("removal=destroy");
            case "with domains" -> Synthesis.with(Everything.WITH_DOMAINS);
            case "with CloudFront" -> Synthesis.with(Everything.WITH_CLOUDFRONT);
            case "serverless" -> Synthesis.with(Everything.SERVERLESS);
            case "with a KMS key" -> Synthesis.with("sealKey=kms");
            default -> Synthesis.with();
        };
        for (var stack : synthesis.stacks().all()) {
            Annotations.fromStack(stack).hasNoError("*", Match.stringLikeRegexp(".*"));
        }
    }
}
